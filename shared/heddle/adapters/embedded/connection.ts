import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** A SQLite connection: cached statements, typed rows, and counted transactions. */
export class Connection {
  /** Counts begun and undone transactions, which tells caches when to refresh. */
  transactions = 0;
  rollbacks = 0;

  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, { readOnly = false } = {}) {
    this.#database = new DatabaseSync(path, { readOnly });
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** @returns how many rows changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** @returns the new rowid */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  /** `Row` describes what the SQL selects; it is not checked. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Takes the write lock first: a lock that is upgraded later can fail without waiting. */
  transaction<T>(body: () => T): T {
    this.run('BEGIN IMMEDIATE');
    this.transactions += 1;
    try {
      const result = body();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.rollbacks += 1;
      // After some faults, such as a full disk, SQLite has already rolled back.
      if (this.#database.isTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  /** All reads of `body` see the same state of the file, whatever other processes write. */
  snapshot<T>(body: () => T): T {
    this.run('BEGIN');
    try {
      return body();
    } finally {
      if (this.#database.isTransaction) this.run('COMMIT');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
