import { HeddleError, RetryableError, TerminalError } from './errors.ts';
import type { SinkFailure } from './sink-error.ts';
import { toStorageFault } from './storage-fault.ts';

/**
 * Converts an error of a storage service that was only read. A missing name (404) is final; the
 * rest is retryable.
 */
export function toProbeError({ target, cause, ...steps }: SinkFailure): HeddleError {
  if (cause instanceof HeddleError) return cause;
  const { status, code, retryAfter } = toStorageFault(cause);
  const found = [status, code].filter((part) => part !== undefined).join(' ') || 'no answer';
  const text = `${target} could not be looked at (${found})`;
  if (status === 404) {
    return new TerminalError('probe_refused', `${text}: ${steps.onMissing}`, { cause });
  }
  const step = status === 401 || status === 403 ? steps.onForbidden : 'try again later';
  return new RetryableError('probe_unavailable', `${text}: ${step}`, {
    cause,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
