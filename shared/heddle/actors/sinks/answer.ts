import { RetryableError, TerminalError } from '../../errors/errors.ts';
import type { HttpAnswer } from '../../ports/http-client.ts';

/** Timeout, too early, too many requests: statuses that invite a retry. */
const TRY_AGAIN = [408, 425, 429];

/** The request that was answered. Errors show its host only: the rest of a URL may be secret. */
export interface Asked {
  readonly url: string;
  /** The expected status, in words: `2xx`. */
  readonly expected: string;
  /** The service's code for its refusal, if it is a plain word and not a payload. */
  readonly reason?: string | undefined;
}

/** Creates the error for an unexpected answer, with its status and never its body. */
export function toAnswerError(answer: HttpAnswer, asked: Asked): RetryableError | TerminalError {
  const { status } = answer;
  const { host } = new URL(asked.url);
  const because = asked.reason === undefined ? '' : ` ${asked.reason}`;
  const text = `${host} answered ${status}${because}, expected ${asked.expected}`;
  if (TRY_AGAIN.includes(status) || status >= 500) {
    const retryAfter = toRetryAfter(answer.headers);
    return new RetryableError('http_status', text, retryAfter === undefined ? {} : { retryAfter });
  }
  const isRedirect = status >= 300 && status < 400;
  const hint = isRedirect ? ': redirects are not followed, give the address they lead to' : '';
  return new TerminalError('http_status', `${text}${hint}`);
}

/**
 * Parses Retry-After: seconds, or a date, compared with the sender's own `Date` if it is given.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
function toRetryAfter(headers: HttpAnswer['headers']): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const due = Date.parse(value);
  if (Number.isNaN(due)) return undefined;
  const sent = Date.parse(headers.date ?? '');
  const now = Number.isNaN(sent) ? Date.now() : sent;
  return Math.max(0, Math.ceil((due - now) / 1000));
}
