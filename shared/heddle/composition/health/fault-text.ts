import { HeddleError } from '../../errors/errors.ts';
import { PartFault } from '../../errors/part-fault.ts';

const MAX_DEPTH = 5;

/**
 * Names an error by its codes. Anybody may read `/health`, and messages of libraries quote
 * addresses and requests: the log has them.
 */
export function toFaultText(error: unknown): string {
  const found = findReason(error, MAX_DEPTH);
  if (!(error instanceof HeddleError)) return found ?? toName(error);
  return found === undefined ? error.code : `${error.code} (${found})`;
}

/** The first cause that has a text for anybody, or a code of its own. */
function findReason(error: unknown, depth: number): string | undefined {
  if (depth === 0 || typeof error !== 'object' || error === null) return undefined;
  if (error instanceof AggregateError) return findReason(error.errors.at(-1), depth - 1);
  if (error instanceof PartFault) return error.message;
  if (!(error instanceof HeddleError)) {
    const own = toOwnReason(error as Reasons);
    if (own !== undefined) return own;
  }
  return findReason((error as Error).cause, depth - 1);
}

interface Reasons {
  /** SQLite's text of a result code. */
  readonly errstr?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly name?: unknown;
}

function toOwnReason({ errstr, code, statusCode, name }: Reasons): string | undefined {
  if (typeof errstr === 'string') return errstr;
  if (name === 'DeadlineError' || name === 'TimeoutError' || name === 'AbortError') {
    return 'no answer in time';
  }
  const found = code ?? statusCode;
  return /^[\w.-]{1,60}$/.test(String(found ?? '')) ? String(found) : undefined;
}

function toName(error: unknown): string {
  return error instanceof Error ? error.name : 'failed';
}
