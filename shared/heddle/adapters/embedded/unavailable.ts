import { RetryableError } from '../../errors/errors.ts';
import { LostFileError, WAY_ON } from './lost-files.ts';

/** The caller, which determines the error code: `queue_unavailable` or `store_unavailable`. */
export type Subject = 'queue' | 'store';

/**
 * Primary result codes that blame the statement: ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
 * (https://sqlite.org/rescode.html).
 */
const FAULTS_OF_THE_STATEMENT: readonly number[] = [1, 18, 19, 20, 25];

/**
 * True for trouble that is independent of the statement and likely to pass or be mended: busy,
 * full, unreadable.
 */
export function isFileTrouble(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error)) return false;
  const { errcode } = error;
  return typeof errcode === 'number' && !FAULTS_OF_THE_STATEMENT.includes(errcode & 0xff);
}

export function toUnavailable(subject: Subject, cause: unknown): RetryableError {
  const found = cause instanceof Error ? cause.message : String(cause);
  const message =
    cause instanceof LostFileError
      ? `the embedded ${subject} has lost its file: ${found}; ${WAY_ON}`
      : `the embedded ${subject} cannot write to or read its file (${found}): check the disk and other processes`;
  return new RetryableError(`${subject}_unavailable`, message, { cause, retryAfter: 1 });
}

/** Converts trouble with the file to a retryable error; other errors pass unchanged. */
export function withSubject<T>(subject: Subject, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isFileTrouble(error) ? toUnavailable(subject, error) : error;
  }
}
