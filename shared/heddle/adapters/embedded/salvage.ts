import { copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Connection } from './connection.ts';

/** The files of a database, as SQLite names them. */
const SUFFIXES = ['', '-wal', '-shm', '-journal'];
const CHUNK = 200;
/** A number of a message that is gone is not given again: the ids sent lately are known by it. */
const KEEP_SEQUENCE = `
  DELETE FROM sqlite_sequence WHERE name = 'messages';
  INSERT INTO sqlite_sequence SELECT 'messages', max(sequence) FROM
    (SELECT sequence FROM messages UNION ALL SELECT sequence FROM sent) HAVING count(*) > 0`;

export interface Salvaged {
  readonly messages: number;
  readonly documents: number;
  /** Tables of which at least one row could not be read. */
  readonly incomplete: readonly string[];
}

/** Moves the files into a folder beside them, whose name has the time. @returns the folder */
export function setAside(path: string, now: Date): string {
  const folder = createFolder(path, now);
  for (const suffix of SUFFIXES) {
    const file = `${path}${suffix}`;
    if (!statSync(file, { throwIfNoEntry: false })) continue;
    renameSync(file, join(folder, basename(file)));
  }
  return folder;
}

/** Copies a log that cannot be read to its end. @returns a sentence that says where */
export function copyLog(path: string, now: Date): string {
  const log = `${path}-wal`;
  if (!statSync(log, { throwIfNoEntry: false })?.size) return '';
  const folder = createFolder(path, now);
  copyFileSync(log, join(folder, basename(log)));
  return ` A copy of the log is in ${folder}.`;
}

function createFolder(path: string, now: Date): string {
  const name = `${basename(path)}-damaged-${now.toISOString().replaceAll(':', '-')}`;
  const folder = join(dirname(path), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

type Row = Readonly<Record<string, null | number | bigint | string | Uint8Array>>;

/**
 * Copies what can be read of a damaged database. The damaged one is not written: not even its log is
 * emptied.
 */
export function salvage(damaged: string, connection: Connection): Salvaged {
  const counts = new Map<string, number>();
  const incomplete: string[] = [];
  const source = openDamaged(damaged);
  if (source === undefined) return { messages: 0, documents: 0, incomplete: ['anything'] };
  try {
    for (const table of createTables(source, connection)) {
      const { copied, isWhole } = copyRows(source, connection, table);
      counts.set(table, copied);
      if (!isWhole) incomplete.push(table);
    }
  } finally {
    source.close();
  }
  connection.exec(KEEP_SEQUENCE);
  const documents = [...counts].filter(([table]) => table.startsWith('documents_'));
  return {
    messages: counts.get('messages') ?? 0,
    documents: documents.reduce((sum, [, count]) => sum + count, 0),
    incomplete,
  };
}

function openDamaged(path: string): DatabaseSync | undefined {
  try {
    const source = new DatabaseSync(path, { readOnly: true });
    source.prepare('SELECT name FROM sqlite_schema').all();
    return source;
  } catch {
    return undefined;
  }
}

/** Creates the collections' tables as they were. @returns the tables whose rows are copied */
function createTables(source: DatabaseSync, connection: Connection): readonly string[] {
  const listed = source.prepare(
    "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name GLOB 'documents_*' AND sql IS NOT NULL ORDER BY type DESC",
  );
  const found = listed.all() as unknown as { type: string; name: string; sql: string }[];
  for (const { sql } of found) connection.exec(sql);
  const tables = found.filter(({ type }) => type === 'table').map(({ name }) => name);
  return ['messages', 'sent', 'collections', ...tables];
}

interface Copied {
  readonly copied: number;
  readonly isWhole: boolean;
}

/** Reads from both ends towards the damage. */
function copyRows(source: DatabaseSync, connection: Connection, table: string): Copied {
  if (table === 'collections') return copyAll(source, connection, table);
  const up = copyFrom(source, connection, { table, isUp: true, until: Number.MAX_SAFE_INTEGER });
  if (up.isWhole) return up;
  const down = copyFrom(source, connection, { table, isUp: false, until: up.last });
  return { copied: up.copied + down.copied, isWhole: false };
}

function copyAll(source: DatabaseSync, connection: Connection, table: string): Copied {
  try {
    const rows = source.prepare(`SELECT * FROM "${table}"`).all() as Row[];
    for (const row of rows) insert(connection, table, row);
    return { copied: rows.length, isWhole: true };
  } catch {
    return { copied: 0, isWhole: false };
  }
}

interface Direction {
  readonly table: string;
  readonly isUp: boolean;
  /** The row id at which to stop. */
  readonly until: number;
}

function copyFrom(source: DatabaseSync, connection: Connection, direction: Direction) {
  const { table, isUp, until } = direction;
  const [sign, order] = isUp ? ['>', 'ASC'] : ['<', 'DESC'];
  let last = isUp ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  let [copied, limit] = [0, CHUNK];
  for (;;) {
    const sql = `SELECT rowid AS "rowid_", * FROM "${table}" WHERE rowid ${sign} ? ORDER BY rowid ${order} LIMIT ${limit}`;
    const rows = tryAll(source, sql, last);
    if (rows === undefined && limit === 1) return { copied, last, isWhole: false };
    // Near the damage, one row at a time.
    limit = rows === undefined ? 1 : limit;
    if (rows === undefined) continue;
    const wanted = rows.filter((row) => isUp || Number(row.rowid_) > until);
    connection.transaction(() => {
      for (const { rowid_, ...row } of wanted) insert(connection, table, row);
    });
    copied += wanted.length;
    last = Number(rows.at(-1)?.rowid_ ?? last);
    if (rows.length < limit || wanted.length < rows.length) return { copied, last, isWhole: true };
  }
}

function tryAll(source: DatabaseSync, sql: string, from: number): Row[] | undefined {
  try {
    return source.prepare(sql).all(from) as Row[];
  } catch {
    return undefined;
  }
}

function insert(connection: Connection, table: string, row: Row): void {
  const columns = Object.keys(row);
  const names = columns.map((column) => `"${column}"`).join(', ');
  const places = columns.map(() => '?').join(', ');
  connection.run(
    `INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${places})`,
    ...Object.values(row),
  );
}
