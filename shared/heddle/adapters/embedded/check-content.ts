import { basename } from 'node:path';
import type { Connection } from './connection.ts';
import { DamageError } from './damage.ts';
import { readFrameCount } from './log-index.ts';

/** Checked page by page up to this size: 0.1 s in memory, 1 to 2 s from a slow disk. */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;
/** Rows read at each end of a table or index of a larger file. */
const SAMPLED_ROWS = 20;

interface Table {
  readonly name: string;
}

/**
 * Tells Heddle's tables from another application's, before anything is written.
 * @throws {DamageError}
 */
export function checkOwner(connection: Connection, path: string): void {
  const tables = guard(path, () =>
    connection.all<Table>("SELECT name FROM sqlite_schema WHERE type = 'table'"),
  );
  const names = tables.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_'));
  if (names.length === 0 || names.includes('messages')) return;
  throw new DamageError(
    `${basename(path)} is a database of another application (its tables: ${names.slice(0, 5).join(', ')})`,
  );
}

/**
 * Checks after an unclean end, in bounded time: all pages of a small file, of a large one the first
 * and last rows of each table and index.
 * @throws {DamageError}
 */
export function checkContent(connection: Connection, path: string): void {
  const bytes = guard(path, () => countBytes(connection));
  guard(path, () => {
    const fault = bytes <= MAX_CHECKED_BYTES ? quickCheck(connection) : sample(connection);
    if (fault !== undefined) throw new DamageError(`${basename(path)} is damaged inside: ${fault}`);
  });
}

/**
 * Compares the log that SQLite could read with the one that the killed process had. Call it while a
 * connection is open, which has read the log.
 */
export function checkFrames(path: string, expected: number): void {
  const found = readFrameCount(path) ?? 0;
  if (found >= expected) return;
  throw new DamageError(
    `its log ${basename(path)}-wal is damaged: ${found} of ${expected} pages can be read, and what was written after them is lost`,
    { isUsable: true },
  );
}

function countBytes(connection: Connection): number {
  const { page_count: pages = 0 } =
    connection.get<{ page_count: number }>('PRAGMA page_count') ?? {};
  const { page_size: size = 0 } = connection.get<{ page_size: number }>('PRAGMA page_size') ?? {};
  return pages * size;
}

function quickCheck(connection: Connection): string | undefined {
  const [row] = connection.all<{ quick_check: string }>('PRAGMA quick_check(1)');
  return row === undefined || row.quick_check === 'ok' ? undefined : row.quick_check;
}

/** Reading a row visits the pages from the root of its tree to its leaf, and its overflow pages. */
function sample(connection: Connection): undefined {
  const tables = connection.all<Table>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  for (const { name } of tables) {
    const key = hasRowId(connection, name) ? 'rowid' : 'name';
    for (const order of ['ASC', 'DESC']) {
      connection.all(`SELECT * FROM "${name}" ORDER BY ${key} ${order} LIMIT ${SAMPLED_ROWS}`);
    }
  }
}

function hasRowId(connection: Connection, table: string): boolean {
  const list = connection.all<{ name: string; wr: number }>('PRAGMA table_list');
  return list.find(({ name }) => name === table)?.wr !== 1;
}

/** Damage that SQLite meets, such as CORRUPT (11) and NOTADB (26). */
function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const errcode = (cause as { readonly errcode?: number }).errcode ?? 0;
    if (![11, 26].includes(errcode & 0xff)) throw cause;
    const text = (cause as Error).message;
    throw new DamageError(`${basename(path)} is damaged inside: ${text}`, { cause });
  }
}
