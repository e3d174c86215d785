import type { SampleRequest } from '../cli/samples/sample-request.ts';
import type { App } from '../composition/open-app.ts';
import { ConfigError, HeddleError, RejectedError, RetryableError } from '../errors/errors.ts';
import type { Reply, WebhookRequest } from '../sources/source.ts';

/** A request as a sender makes it. */
export interface SignedRequest extends SampleRequest {
  /** Default: `POST`. */
  readonly method?: string;
}

/** The answer to a sender. */
export interface Answer {
  readonly status: number;
  /** The answer's JSON, or its text. */
  readonly body: unknown;
  /** Code and message of a refusal. */
  readonly code?: string;
  readonly message?: string;
}

/** The address of a sender on the same machine, which a host adds. */
const SENDER = { 'x-forwarded-for': '127.0.0.1' };

/** Sends a request through verification, as the host's function does. */
export async function receiveDelivery(app: App, request: SignedRequest): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.path, 'http://localhost');
  const [, , kind = '', name] = pathname.split('/');
  try {
    return toAnswer(await app.receive(kind, name, toRequest(app, request, searchParams)));
  } catch (error) {
    return toRefusal(error);
  }
}

function toRequest(
  app: App,
  { method = 'POST', headers, body }: SignedRequest,
  query: URLSearchParams,
): WebhookRequest {
  const all = Object.entries({ ...SENDER, ...headers });
  const byName = new Map(all.map(([name, value]) => [name.toLowerCase(), value]));
  return {
    ...{ method, query, body: Buffer.from(body), receivedAt: app.now(), traceparent: undefined },
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null, keys: () => byName.keys() },
  };
}

function toAnswer({ status, json, text }: Reply): Answer {
  return { status, body: json ?? text };
}

/** An error that a sender would never be answered with is the test's to see. */
function toRefusal(error: unknown): Answer {
  if (!(error instanceof HeddleError)) throw error;
  return { status: toStatus(error), body: undefined, code: error.code, message: error.message };
}

function toStatus(error: HeddleError): number {
  if (error instanceof RejectedError) return error.status;
  if (error instanceof RetryableError) return 503;
  if (error instanceof ConfigError) return 500;
  throw error;
}
