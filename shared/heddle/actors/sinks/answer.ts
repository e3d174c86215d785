import { RetryableError, TerminalError } from '../../errors/errors.ts';
import type { HttpAnswer } from '../../ports/http-client.ts';

/** Timed out, too early, too many requests: they say themselves that later may be better. */
const TRY_AGAIN = [408, 425, 429];

/** Whom an answer is from. The rest of a URL may be a secret. */
export interface Asked {
  readonly url: string;
  /** What would have been right, in words: `2xx`. */
  readonly expected: string;
  /** What the service calls its refusal, where that is a word and no payload. */
  readonly reason?: string | undefined;
}

/** The error of an answer that is not the one expected: with its status, and never its body. */
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
  return new TerminalError(`${text}${hint}`, { code: 'http_status' });
}

/**
 * Seconds, or a date by the sender's own clock where it shows it.
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
