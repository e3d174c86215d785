import type { DeadLetter } from '../domain/dead-letter.ts';
import { DEAD_LETTERS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { listPage, type ReadSide } from './list.ts';
import { type DeadLetterQuery, toWhere } from './query.ts';

/** Newest first. */
export async function listDeadLetters(
  side: ReadSide,
  { kind, since, limit, continuation }: DeadLetterQuery,
): Promise<Page<DeadLetter>> {
  return listPage(side, DEAD_LETTERS, { where: toWhere({ kind }), since, limit, continuation });
}
