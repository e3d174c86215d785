import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { parseExactJson } from '../../domain/exact-json.ts';
import { ConflictError, InvariantError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  ListQuery,
  Page,
  Stored,
  WriteOptions,
} from '../../ports/document-store.ts';
import {
  type CollectionTable,
  ensureTable,
  toCollectionTable,
  toIndexed,
  toTableName,
} from './collection-table.ts';
import type { Connection } from './connection.ts';
import type { SqliteDatabase } from './database.ts';
import { listDocuments } from './list-documents.ts';

export interface SqliteStoreOptions {
  readonly clock: Clock;
}

export class SqliteStore implements DocumentStore {
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  readonly #tables = new Map<object, CollectionTable>();

  constructor(database: SqliteDatabase, { clock }: SqliteStoreOptions) {
    this.#database = database;
    this.#clock = clock;
    database.onPurge((connection, limit) => purgeExpired(connection, clock.now(), limit));
  }

  async create<T extends Document>(
    collection: Collection<T>,
    document: T,
    options?: WriteOptions,
  ): Promise<Stored<T>> {
    const table = this.#table(collection);
    const etag = randomUUID();
    const columns = this.#columns(table, document, etag, options);
    await this.#database.write('store', (connection) => {
      if (connection.run(table.create, document.id, ...columns, this.#clock.now()) === 1) return;
      throw new ConflictError('exists', `${table.name}: the id ${document.id} is taken`);
    });
    return { document, etag };
  }

  async read<T extends Document>(
    collection: Collection<T>,
    id: string,
  ): Promise<Stored<T> | undefined> {
    const table = this.#table(collection);
    const row = this.#database.read('store', (connection) =>
      connection.get<{ body: string; etag: string }>(table.read, id, this.#clock.now()),
    );
    return row && { document: parseExactJson(row.body) as T, etag: row.etag };
  }

  async replace<T extends Document>(
    collection: Collection<T>,
    document: T,
    etag: string,
    options?: WriteOptions,
  ): Promise<Stored<T>> {
    const table = this.#table(collection);
    const { id } = document;
    const next = randomUUID();
    const columns = this.#columns(table, document, next, options);
    await this.#database.write('store', (connection) => {
      if (connection.run(table.replace, ...columns, id, etag, this.#clock.now()) === 1) return;
      throw new ConflictError('etag', `${table.name}: ${id} has changed or is gone: read it again`);
    });
    return { document, etag: next };
  }

  async delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean> {
    const table = this.#table(collection);
    return this.#database.write(
      'store',
      (connection) => connection.run(table.delete, id, this.#clock.now()) === 1,
    );
  }

  async list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>> {
    const table = this.#table(collection);
    const page = this.#database.read('store', (connection) =>
      listDocuments<T>(connection, table, query, this.#clock.now()),
    );
    // Whoever reads page after page lets others in between.
    if (page.continuation !== undefined) await turn();
    return page;
  }

  /** Creates the table without a flush: it precedes in the log whatever is written into it. */
  #table<T extends Document>(collection: Collection<T>): CollectionTable {
    let table = this.#tables.get(collection);
    if (table === undefined) {
      const made = toCollectionTable(collection);
      this.#database.writeSoftNow('store', (connection) => ensureTable(connection, made));
      this.#tables.set(collection, made);
      table = made;
    }
    return table;
  }

  /**
   * Column values in the order of the table's SQL. The TTL counts from the call, before the wait
   * for the disk.
   */
  #columns(
    { name, time, indexed }: CollectionTable,
    document: Document,
    etag: string,
    { ttlSeconds }: WriteOptions = {},
  ): (string | number | null)[] {
    const fields = document as unknown as Readonly<Record<string, unknown>>;
    const at = fields[time];
    if (typeof at !== 'string') {
      throw new InvariantError(`${name}: ${document.id} has no timestamp in "${time}"`);
    }
    const expiresAt = ttlSeconds === undefined ? null : this.#clock.now() + ttlSeconds * 1000;
    const values = indexed.map((field) => toIndexed(fields[field]));
    return [etag, at, expiresAt, JSON.stringify(document), ...values];
  }
}

function purgeExpired(connection: Connection, now: number, limit: number): number {
  let purged = 0;
  for (const { name } of connection.all<{ name: string }>('SELECT name FROM collections')) {
    const table = toTableName(name);
    purged += connection.run(
      `DELETE FROM ${table} WHERE rowid IN
        (SELECT rowid FROM ${table} WHERE expires_at <= ? LIMIT ?)`,
      now,
      limit - purged,
    );
    if (purged >= limit) break;
  }
  return purged;
}
