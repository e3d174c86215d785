import { RetryableError } from '../../errors/errors.ts';

/** Who asked, for the code of the error: `queue_unavailable` or `store_unavailable`. */
export type Subject = 'queue' | 'store';

/** ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE (https://sqlite.org/rescode.html). */
const FAULTS_OF_THE_STATEMENT: readonly number[] = [1, 18, 19, 20, 25];

/** Busy, full, unreadable: whatever the statement was, and likely to pass or to be mended. */
export function isFileTrouble(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error)) return false;
  const { errcode } = error;
  return typeof errcode === 'number' && !FAULTS_OF_THE_STATEMENT.includes(errcode & 0xff);
}

export function toUnavailable(subject: Subject, cause: unknown): RetryableError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new RetryableError(
    `${subject}_unavailable`,
    `the embedded ${subject} cannot write to or read its file (${found}): check the disk and other processes`,
    { cause, retryAfter: 1 },
  );
}

/** Trouble with the file becomes a retryable error; all else passes as it is. */
export function withSubject<T>(subject: Subject, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isFileTrouble(error) ? toUnavailable(subject, error) : error;
  }
}
