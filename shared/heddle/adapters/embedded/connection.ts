import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** One SQLite connection: cached statements, typed rows, and transactions that can be told apart. */
export class Connection {
  /** Grows with every transaction begun and every one undone, so that caches know when to look. */
  transactions = 0;
  rollbacks = 0;

  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** @returns how many rows it changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** @returns the rowid given */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  /** `Row` is what the SQL selects: nobody checks it. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Takes the write lock first: a lock upgraded later can fail without waiting its turn. */
  transaction<T>(body: () => T): T {
    this.run('BEGIN IMMEDIATE');
    this.transactions += 1;
    try {
      const result = body();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.rollbacks += 1;
      // SQLite has undone it by itself after some faults, a full disk for one.
      if (this.#database.isTransaction) this.run('ROLLBACK');
      throw error;
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
