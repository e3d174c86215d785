import { InvariantError } from '../../errors/errors.ts';
import type { Collection, Document } from '../../ports/document-store.ts';
import type { Connection } from './connection.ts';

/** A collection's table with its prepared SQL texts. */
export interface CollectionTable {
  readonly name: string;
  /** The quoted table name. */
  readonly table: string;
  readonly indexed: readonly string[];
  readonly time: string;
  readonly create: string;
  readonly replace: string;
  readonly read: string;
  /** Reads by rowid. */
  readonly readRow: string;
  readonly delete: string;
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const OWN_COLUMNS = ['etag', 'time', 'expires_at', 'body'];
const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)';

export function toFieldColumn(field: string): string {
  return `"field_${field}"`;
}

/** Returns the quoted table name of a collection. The purge uses it too. */
export function toTableName(collection: string): string {
  return `"documents_${collection}"`;
}

export function toCollectionTable<T extends Document>(collection: Collection<T>): CollectionTable {
  const { name, indexed, time } = collection;
  for (const identifier of [name, time, ...indexed]) {
    if (IDENTIFIER.test(identifier)) continue;
    throw new InvariantError(`collection ${name}: "${identifier}" is no identifier`);
  }
  const table = toTableName(name);
  const columns = [...OWN_COLUMNS, ...indexed.map(toFieldColumn)];
  const assignments = columns.map((column) => `${column} = ?`).join(', ');
  return {
    name,
    table,
    indexed,
    time,
    // Overwrites an expired document. No changed row means that the id is taken.
    create: `
      INSERT INTO ${table} (id, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})
      ON CONFLICT (id) DO UPDATE SET ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}
      WHERE ${table}.expires_at <= ?`,
    replace: `UPDATE ${table} SET ${assignments} WHERE id = ? AND etag = ? AND ${UNEXPIRED}`,
    read: `SELECT body, etag FROM ${table} WHERE id = ? AND ${UNEXPIRED}`,
    readRow: `SELECT body FROM ${table} WHERE rowid = ? AND ${UNEXPIRED}`,
    delete: `DELETE FROM ${table} WHERE id = ? AND ${UNEXPIRED}`,
  };
}

/** Creates the table, or adapts one that another version of the application created. */
export function ensureTable(connection: Connection, table: CollectionTable): void {
  const shape = JSON.stringify({ time: table.time, indexed: [...table.indexed].sort() });
  const known = connection.get<{ shape: string }>(
    'SELECT shape FROM collections WHERE name = ?',
    table.name,
  );
  if (known?.shape === shape) return;
  if (known === undefined) createTable(connection, table);
  else {
    // First, since the update would maintain each of them row by row.
    dropIndexes(connection, table);
    refill(connection, table);
  }
  createIndexes(connection, table);
  connection.run(
    'INSERT INTO collections VALUES (?, ?) ON CONFLICT DO UPDATE SET shape = excluded.shape',
    table.name,
    shape,
  );
}

function createTable(connection: Connection, { table, name, indexed }: CollectionTable): void {
  connection.exec(`
    CREATE TABLE ${table} (
      id TEXT PRIMARY KEY,
      etag TEXT NOT NULL,
      time TEXT NOT NULL,
      expires_at INTEGER,
      body TEXT NOT NULL
      ${indexed.map((field) => `, ${toFieldColumn(field)} TEXT`).join('')}
    );
    CREATE INDEX "${name}_by_expiry" ON ${table} (expires_at) WHERE expires_at IS NOT NULL;`);
}

/**
 * Fills columns that already existed too: a version that did not know them may have written since.
 */
function refill(connection: Connection, { table, time, indexed }: CollectionTable): void {
  const columns = connection.all<{ name: string }>(`PRAGMA table_info(${table})`);
  const present = new Set(columns.map(({ name }) => `"${name}"`));
  for (const column of indexed.map(toFieldColumn)) {
    if (!present.has(column)) connection.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  }
  const fields = indexed.map((field) => `, ${toFieldColumn(field)} = ${extract(field)}`);
  connection.exec(`UPDATE ${table} SET time = body ->> '$.${time}' ${fields.join('')}`);
}

/** The JSON text of a scalar, in the form of {@link toIndexed}. */
function extract(field: string): string {
  return `CASE WHEN json_type(body, '$.${field}') NOT IN ('object', 'array', 'null')
    THEN body -> '$.${field}' END`;
}

function dropIndexes(connection: Connection, { name }: CollectionTable): void {
  const old = connection.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE ? ESCAPE '\\'`,
    `${name.replaceAll('_', '\\_')}\\_by\\_field\\_%`,
  );
  for (const index of old) connection.exec(`DROP INDEX "${index.name}"`);
  connection.exec(`DROP INDEX IF EXISTS "${name}_by_time"`);
}

function createIndexes(connection: Connection, { table, name, indexed }: CollectionTable): void {
  connection.exec(`CREATE INDEX "${name}_by_time" ON ${table} (time, id)`);
  for (const field of indexed) {
    const column = toFieldColumn(field);
    connection.exec(`CREATE INDEX "${name}_by_field_${field}" ON ${table} (${column}, time, id)
      WHERE ${column} IS NOT NULL`);
  }
}

/**
 * Keeps the type, so that 1, "1" and true stay apart. A value that no query can name is not
 * indexed.
 */
export function toIndexed(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  return Number.isFinite(value) ? JSON.stringify(value) : null;
}
