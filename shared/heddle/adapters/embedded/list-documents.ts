import { parseExactJson } from '../../domain/exact-json.ts';
import { InvariantError } from '../../errors/errors.ts';
import type { Document, ListQuery, Page } from '../../ports/document-store.ts';
import { parseContinuation, toContinuation } from '../continuation.ts';
import { type CollectionTable, toIndexed } from './collection-table.ts';
import type { Connection } from './connection.ts';
import { END_OF_TIME, type Key, type Walk, walkKeys } from './index-walk.ts';

const MAX_LIMIT = 1000;
/**
 * A page ends after so many keys that are none of its documents: because a second filter does not
 * hold, or because they have expired.
 */
export const MAX_PASSED_OVER = 500;
/** A page ends after so much JSON, since it is parsed on the event loop. */
export const MAX_PAGE_CHARS = 4_000_000;

/**
 * Reads a page of a list, in one state of the file. The continuation is the last key looked at, not
 * an offset, so that writes in between shift nothing.
 */
export function listDocuments<T extends Document>(
  connection: Connection,
  table: CollectionTable,
  query: ListQuery,
  now: number,
): Page<T> {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvariantError(`${table.name}: the limit ${limit} is not 1 to ${MAX_LIMIT}`);
  }
  const walk = toWalk(table, query);
  return connection.snapshot(() => {
    const read = (row: number) => connection.get<{ body: string }>(table.readRow, row, now)?.body;
    const page = new PageReader<T>(limit);
    for (const { row, ...key } of walkKeys(connection, table, walk, limit)) {
      const body = row === undefined ? undefined : read(row);
      if (!page.add(key, body)) break;
    }
    return page.toPage((last) => toContinuation(table.name, query, last));
  });
}

/** Gathers a page until it is full, or its work is done. */
class PageReader<T> {
  readonly #limit: number;
  readonly #items: T[] = [];
  #passedOver = 0;
  #chars = 0;
  #last: Key | undefined;
  #end: 'full' | 'large' | 'in vain' | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false where the page ends before this key */
  add(key: Key, body: string | undefined): boolean {
    this.#end = this.#findEnd(body !== undefined);
    if (this.#end !== undefined) return false;
    this.#last = key;
    if (body === undefined) this.#passedOver += 1;
    else {
      this.#items.push(parseExactJson(body) as T);
      this.#chars += body.length;
    }
    return true;
  }

  toPage(toToken: (last: Key) => string): Page<T> {
    const items = this.#items;
    if (this.#end === undefined || this.#last === undefined) return { items };
    const page = { items, continuation: toToken(this.#last) };
    return this.#end === 'in vain' ? { ...page, looked: items.length + this.#passedOver } : page;
  }

  #findEnd(isFound: boolean) {
    if (this.#passedOver >= MAX_PASSED_OVER) return 'in vain';
    if (this.#chars >= MAX_PAGE_CHARS) return 'large';
    return isFound && this.#items.length === this.#limit ? 'full' : undefined;
  }
}

function toWalk(table: CollectionTable, query: ListQuery): Walk {
  const { since, until, isAscending = false } = query;
  const after = parseContinuation(table.name, query);
  const [start, end] = isAscending
    ? [since ?? '', until ?? END_OF_TIME]
    : [until ?? END_OF_TIME, since ?? ''];
  const from = after ?? { time: start, id: '' };
  const isInclusive = isAscending && after === undefined;
  return { where: toClauses(table, query), from: { ...from, isInclusive }, end, isAscending };
}

/** Orders the clauses as the collection orders its fields: by selectivity. */
function toClauses({ name, indexed }: CollectionTable, { where = {} }: ListQuery): Walk['where'] {
  const unknown = Object.keys(where).find((field) => !indexed.includes(field));
  if (unknown !== undefined) throw new InvariantError(`${name}: "${unknown}" is not indexed`);
  const asked = indexed.filter((field) => Object.hasOwn(where, field));
  return asked.map((field) => [field, toIndexed(where[field]) ?? NO_VALUE]);
}

/** No column holds it, since columns hold JSON. */
const NO_VALUE = '';
