import { RetryableError } from '../../errors/errors.ts';

/**
 * GET of an https URL for a source that has checked where it leads: no redirects, no more than the
 * limits allow.
 * @throws {RetryableError} when there is no answer, none with status 200, or too much of it
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
