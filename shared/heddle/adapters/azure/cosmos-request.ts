import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface CosmosRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface CosmosAnswer {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A refusal, in the form of the library's errors. */
export class CosmosAnswerError extends Error {
  readonly code: number;
  readonly substatus: number;
  readonly retryAfterInMs: number | undefined;

  constructor(code: number, { headers, text }: CosmosAnswer) {
    super(toMessage(code, text));
    this.name = 'CosmosAnswerError';
    this.code = code;
    this.substatus = Number(headers['x-ms-substatus'] ?? 0);
    const after = headers['x-ms-retry-after-ms'];
    this.retryAfterInMs = after === undefined ? undefined : Number(after);
  }
}

const plain = { agent: new HttpAgent({ keepAlive: true }), request: httpRequest };
const secure = {
  agent: new HttpsAgent({ keepAlive: true, minVersion: 'TLSv1.2' }),
  request: httpsRequest,
};

/**
 * Sends a request once. A request that fails is not repeated here: what to repeat is for
 * `callCosmos` to say.
 * @throws {CosmosAnswerError} for a status from 400
 */
export function sendToCosmos(sent: CosmosRequest): Promise<CosmosAnswer> {
  const { method, url, headers, body, timeoutMs, signal } = sent;
  const { agent, request } = url.startsWith('https:') ? secure : plain;
  const { promise, resolve, reject } = Promise.withResolvers<CosmosAnswer>();
  const outgoing = request(url, { method, headers, agent }, (incoming) => {
    readText(incoming).then((text) => {
      const { statusCode = 0, headers: received } = incoming;
      const answer = { headers: received, text };
      if (statusCode >= 400) reject(new CosmosAnswerError(statusCode, answer));
      else resolve(answer);
    }, reject);
  });
  const onAbort = () => outgoing.destroy(toError('AbortError'));
  const onTimeout = () => outgoing.destroy(toError('TimeoutError', { code: 'TimeoutError' }));
  const timer = setTimeout(onTimeout, timeoutMs);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}

function readText(incoming: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => resolve(chunks.length === 0 ? '' : Buffer.concat(chunks).toString()));
  incoming.on('error', reject);
  return promise;
}

function toError(name: string, fields: object = {}): Error {
  return Object.assign(new Error('Cosmos DB did not answer in time'), { name, ...fields });
}

/** The service answers with JSON, and a gateway before it may answer with anything. */
function toMessage(code: number, text: string): string {
  try {
    return String((JSON.parse(text) as { readonly message?: unknown }).message ?? code);
  } catch {
    return `status ${code}`;
  }
}
