import { RejectedError } from '../errors/errors.ts';
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
 * anew for each page, every page would belong to another list.
 */
export async function listPage<T extends Document>(
  { store, clock }: ReadSide,
  collection: Collection<T>,
  { where, since, limit, continuation }: ListRequest,
): Promise<Page<T>> {
  const { at, rest } = parseContinuation(continuation, clock.now());
  const query = { where, ...toSince(since, at), limit };
  const page = await store.list(collection, rest ? { ...query, continuation: rest } : query);
  if (page.continuation === undefined) return page;
  return { items: page.items, continuation: `${at.toString(36)}.${page.continuation}` };
}

function parseContinuation(
  continuation: string | undefined,
  now: number,
): { readonly at: number; readonly rest?: string } {
  if (continuation === undefined) return { at: now };
  const [, at, rest] = /^([0-9a-z]{1,9})\.(.+)$/.exec(continuation) ?? [];
  if (at !== undefined && rest !== undefined) return { at: Number.parseInt(at, 36), rest };
  const message = 'The continuation is not one that an earlier page gave: start again without it.';
  throw new RejectedError('continuation_invalid', message);
}
