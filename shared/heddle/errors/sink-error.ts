import { HeddleError, RetryableError, TerminalError } from './errors.ts';

export interface SinkFailure {
  /** The target without the content sent: `the storage queue orders`. */
  readonly target: string;
  readonly cause: unknown;
  /** The next step where the service denies access (401, 403). */
  readonly onForbidden: string;
  /** The next step where the target does not exist (404). */
  readonly onMissing: string;
}

/** Transient 4xx: timeout, too early, too many requests. */
const PASSING: readonly number[] = [408, 425, 429];

/**
 * Converts an error of an HTTP service. A denied access is retryable, since role assignments spread
 * slowly and are made by others; a request that the service finds wrong is not.
 */
export function toHttpSinkError(failure: SinkFailure): HeddleError {
  const { cause } = failure;
  if (cause instanceof HeddleError) return cause;
  const status = toStatus(cause);
  const message = `${failure.target} did not take it (${toFound(cause, status)}): ${toStep(failure, status)}`;
  if (isForGood(status)) return new TerminalError('sink_refused', message, { cause });
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

/** Returns the service's code, never its whole response, which may repeat what was sent. */
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
