import { type CollectionTable, toFieldColumn } from './collection-table.ts';
import type { Connection } from './connection.ts';

/** The place of a document in its list. */
export interface Key {
  readonly time: string;
  readonly id: string;
}

/** A key that was looked at. */
export interface Looked extends Key {
  /** The rowid of a document that has all values asked for; undefined: it lacks one. */
  readonly row: number | undefined;
}

export interface Walk {
  /** Fields and the values that their columns must have, the most selective first. */
  readonly where: readonly (readonly [field: string, value: string])[];
  readonly from: Bound;
  /** The time at which the walk ends: exclusive where it ascends, else inclusive. */
  readonly end: string | Uint8Array;
  readonly isAscending: boolean;
}

export interface Bound {
  readonly time: string | Uint8Array;
  readonly id: string;
  readonly isInclusive: boolean;
}

/** Later than any text: SQLite sorts blobs after texts. */
export const END_OF_TIME = new Uint8Array(0);

/** Keys read at once where a single index answers. */
const MIN_BATCH = 16;

type Found = Key & { readonly row: number };

/** Reads the next keys of one index, from a bound on. */
interface Seek {
  /** The next key. */
  one(from: Bound): Found | undefined;
  some(from: Bound, limit: number): Found[];
}

/**
 * Walks the keys of a list in its order. Invariants:
 * 1. Each index is `(field, time, id)`, and each statement a search within one of them for a few
 *    keys: it reads no document and skips nothing, whatever the statistics.
 * 2. Of several fields none drives the list: the walk leaps from the next key in one index to the
 *    next in another, until all are at the same one. It looks at no more keys than the rarest of the
 *    values has, and at far fewer where two values seldom meet.
 * 3. Every step yields, so that whoever walks can stop after any number of keys.
 */
export function* walkKeys(
  connection: Connection,
  table: CollectionTable,
  walk: Walk,
  limit: number,
): Generator<Looked, void> {
  const [first = createSeek(connection, table, walk), ...others] = walk.where.map((clause) =>
    createSeek(connection, table, walk, clause),
  );
  if (others.length === 0) yield* walkIndex(first, walk.from, Math.max(limit + 1, MIN_BATCH));
  else yield* leap(first, others, walk.from);
}

function* walkIndex(seek: Seek, start: Bound, batch: number): Generator<Looked, void> {
  let from: Bound | undefined = start;
  while (from !== undefined) {
    const keys = seek.some(from, batch);
    yield* keys;
    const last = keys.length < batch ? undefined : keys.at(-1);
    from = last && { ...last, isInclusive: false };
  }
}

function* leap(first: Seek, others: readonly Seek[], start: Bound): Generator<Looked, void> {
  let from = start;
  for (;;) {
    const key = first.one(from);
    if (key === undefined) return;
    const next = findNext(key, others);
    if (next === undefined) return;
    const isMatch = next === key;
    yield isMatch ? key : { ...key, row: undefined };
    from = { ...next, isInclusive: !isMatch };
  }
}

/** Returns the key itself where all indexes have it, else the next that can be common to all. */
function findNext(key: Found, others: readonly Seek[]): Found | undefined {
  for (const seek of others) {
    const next = seek.one({ ...key, isInclusive: true });
    if (next?.id !== key.id) return next;
  }
  return key;
}

function createSeek(
  connection: Connection,
  table: CollectionTable,
  { end, isAscending }: Walk,
  clause?: readonly [field: string, value: string],
): Seek {
  const own = clause === undefined ? [] : [clause[1]];
  const [inclusive, exclusive] = [true, false].map((isInclusive) =>
    toSeekSql(table, { field: clause?.[0], isAscending, isInclusive }),
  ) as [string, string];
  const toSql = ({ isInclusive }: Bound) => (isInclusive ? inclusive : exclusive);
  return {
    one: (from) => connection.get<Found>(toSql(from), ...own, from.time, from.id, end, 1),
    some: (from, limit) =>
      connection.all<Found>(toSql(from), ...own, from.time, from.id, end, limit),
  };
}

interface SeekShape {
  /** Undefined: of all documents, by time. */
  readonly field: string | undefined;
  readonly isAscending: boolean;
  readonly isInclusive: boolean;
}

/** `INDEXED BY`: without statistics SQLite would guess, and a wrong guess reads the whole table. */
function toSeekSql(
  { name, table }: CollectionTable,
  { field, isAscending, isInclusive }: SeekShape,
): string {
  const index = field === undefined ? `${name}_by_time` : `${name}_by_field_${field}`;
  const order = isAscending ? 'ASC' : 'DESC';
  const beyond = `${isAscending ? '>' : '<'}${isInclusive ? '=' : ''}`;
  return `
    SELECT time, id, rowid AS row FROM ${table} INDEXED BY "${index}"
    WHERE ${field === undefined ? '' : `${toFieldColumn(field)} = ? AND`}
      (time, id) ${beyond} (?, ?) AND ${isAscending ? 'time < ?' : 'time >= ?'}
    ORDER BY time ${order}, id ${order} LIMIT ?`;
}
