import { RetryableError } from '../../errors/errors.ts';

/**
 * GETs an https URL that the calling source has checked. It follows no redirects and keeps to the
 * limits.
 * @throws {RetryableError} when there is no response, its status is not 200, or it is too large
 */
export async function fetchText(
  url: string,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<string> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return await readLimited(response, maxBytes);
  } catch (cause) {
    const { host } = new URL(url);
    throw new RetryableError('fetch_failed', `${host} did not answer as expected`, { cause });
  }
}

async function readLimited(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
