import { RejectedError } from '../errors/errors.ts';
import { fillPage } from '../pipeline/documents/index.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
} from '../ports/document-store.ts';
import { toSince } from './query.ts';

export interface ReadSide {
  readonly store: DocumentStore;
  readonly clock: Clock;
}

export interface ListRequest {
  readonly where: NonNullable<ListQuery['where']>;
  /** A timestamp, or milliseconds before now. */
  readonly since: string | number | undefined;
  readonly limit: number;
  readonly continuation: string | undefined;
}

/**
 * Reads a page of a list. The continuation carries the time of the first page: if `1h` were counted
 * anew for each page, every page would belong to another list. After a page that ended early it
 * also carries how many documents were looked at so far.
 */
export async function listPage<T extends Document>(
  { store, clock }: ReadSide,
  collection: Collection<T>,
  { where, since, limit, continuation }: ListRequest,
): Promise<Page<T>> {
  const { at, before, rest } = parseContinuation(continuation, clock.now());
  const query = { where, ...toSince(since, at), limit };
  const asked = rest ? { ...query, continuation: rest } : query;
  const { items, continuation: next, looked } = await fillPage(store, collection, asked);
  if (next === undefined) return { items };
  if (looked === undefined) return { items, continuation: toContinuation(at, next) };
  const soFar = before + looked;
  return { items, continuation: toContinuation(at, next, soFar), looked: soFar };
}

function toContinuation(at: number, rest: string, soFar = 0): string {
  const head = at.toString(36);
  return soFar === 0 ? `${head}.${rest}` : `${head}.${soFar.toString(36)}.${rest}`;
}

interface Continued {
  readonly at: number;
  /** Documents looked at by the pages before this, as far as they ended early. */
  readonly before: number;
  readonly rest?: string;
}

function parseContinuation(continuation: string | undefined, now: number): Continued {
  if (continuation === undefined) return { at: now, before: 0 };
  const [, at, before = '0', rest] =
    /^([0-9a-z]{1,9})\.(?:([0-9a-z]{1,9})\.)?([^.]+)$/.exec(continuation) ?? [];
  if (at !== undefined && rest !== undefined) {
    return { at: Number.parseInt(at, 36), before: Number.parseInt(before, 36), rest };
  }
  const message = 'The continuation is not one that an earlier page gave: start again without it.';
  throw new RejectedError('continuation_invalid', message);
}
