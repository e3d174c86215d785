import {
  ConfigError,
  HeddleError,
  RejectedError,
  RetryableError,
} from '../shared/heddle/errors/errors.ts';
import type { Logger } from '../shared/heddle/ports/logger.ts';
import type { Reply } from '../shared/heddle/sources/source.ts';

/** The HTTP response of a function: the part of the library's response init that we use. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function toJsonAnswer(
  status: number,
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const type = { 'content-type': 'application/json' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(json) };
}

/** A reply of a source, or an answer of the API. */
type AnyReply = Omit<Reply, 'json'> & { readonly json?: unknown };

/** Converts a reply, which may be JSON, text or empty. */
export function toAnswer({ status, json, text, headers }: AnyReply): Answer {
  if (json !== undefined) return toJsonAnswer(status, json, headers);
  const type = text === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: text ?? '' };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  408: 'Request timeout',
  409: 'Conflict',
  411: 'Length required',
  413: 'Payload too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Service unavailable',
};

/** Seconds until a sender should try again, where the error does not say. */
const DEFAULT_RETRY_AFTER = 5;

/**
 * Converts an error to problem details. The detail of a fault that the caller cannot mend stays in
 * the log.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function toProblem(error: unknown, logger: Logger): Answer {
  if (error instanceof RejectedError) {
    return problem(error.status, error.code, error.message, toHints(error));
  }
  if (error instanceof RetryableError) {
    logger.warn(`Answered 503: ${error.code}: ${error.message}`);
    const retryAfter = String(Math.ceil(error.retryAfter ?? DEFAULT_RETRY_AFTER));
    // Parts may be done by now, and a read has nothing to accept.
    const detail =
      'It could not be done now, or not all of it: please send the request again later.';
    return problem(503, error.code, detail, { 'retry-after': retryAfter });
  }
  if (error instanceof ConfigError) {
    return problem(500, error.code, 'The server is not configured to take this request.');
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  logger.error(`Answered 500: ${text}`);
  return problem(500, error instanceof HeddleError ? error.code : 'internal', 'Please try again.');
}

/** Response headers that tell the caller what to do. */
function toHints({ retryAfter, authenticate }: RejectedError): Record<string, string> {
  return {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
    ...(authenticate === undefined ? {} : { 'www-authenticate': authenticate }),
  };
}

function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = {
    type: `urn:heddle:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
  };
  const type = { 'content-type': 'application/problem+json' };
  return toJsonAnswer(status, { ...body, detail }, { ...type, ...headers });
}
