import { HeddleError, RetryableError, TerminalError } from '../../errors/errors.ts';

export interface SinkFailure {
  /** What was asked, without its content: `the storage queue orders`. */
  readonly target: string;
  readonly cause: unknown;
  /** The next step where the service does not let us in (401, 403). */
  readonly onForbidden: string;
  /** The next step where there is no such thing (404). */
  readonly onMissing: string;
}

/** Timeout, too early, too many requests: the 4xx that pass by themselves. */
const PASSING: readonly number[] = [408, 425, 429];

/**
 * Of a service over HTTP. Rights spread slowly and are given by others, so a refusal of ours is
 * worth another attempt; a request that the service finds wrong is not.
 */
export function toHttpSinkError(failure: SinkFailure): HeddleError {
  const { cause } = failure;
  if (cause instanceof HeddleError) return cause;
  const status = toStatus(cause);
  const message = `${failure.target} did not take it (${toFound(cause, status)}): ${toStep(failure, status)}`;
  if (isForGood(status)) return new TerminalError(message, { code: 'sink_refused', cause });
  return new RetryableError('sink_unavailable', message, { cause, ...toWait(cause) });
}

function isForGood(status: number | undefined): boolean {
  if (status === undefined || status === 401 || status === 403) return false;
  return status >= 400 && status < 500 && !PASSING.includes(status);
}

function toStep({ onForbidden, onMissing }: SinkFailure, status: number | undefined): string {
  if (status === 401 || status === 403) return onForbidden;
  if (status === 404) return onMissing;
  return isForGood(status) ? 'change what is sent' : 'try again later';
}

function toStatus(cause: unknown): number | undefined {
  return cause instanceof Error && 'statusCode' in cause && typeof cause.statusCode === 'number'
    ? cause.statusCode
    : undefined;
}

/** The service's code, never its whole answer: that may repeat what was sent. */
function toFound(cause: unknown, status: number | undefined): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  if (status !== undefined) return code === undefined ? `${status}` : `${status} ${code}`;
  if (code !== undefined) return code;
  return cause instanceof Error ? cause.message : 'no answer';
}

interface Answered {
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

function toWait(cause: unknown): { retryAfter?: number } {
  const header = (cause as Answered | undefined)?.response?.headers?.get('retry-after');
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) ? {} : { retryAfter: seconds };
}
