import type { Connection } from './connection.ts';

const NEWER_THAN = `
  SELECT sequence, id, sent_at AS sentAt FROM sent
  WHERE sequence > ? AND sent_at > ? ORDER BY sequence`;
const APPEND = 'INSERT INTO sent (sequence, id, sent_at) VALUES (?, ?, ?)';
const PURGE = `
  DELETE FROM sent
  WHERE sent_at <= ? AND sequence IN (SELECT sequence FROM sent ORDER BY sequence LIMIT ?)`;

interface Row {
  readonly sequence: number;
  readonly id: string;
  readonly sentAt: number;
}

/**
 * The ids sent within the duplicate window. The table is a log that only grows at its end, and the
 * index is in memory. Ids are random: an index in the file would dirty a page for each message,
 * which costs as much as all the rest of sending it.
 * 1. Used only within a transaction that holds the write lock.
 * 2. The first use in a transaction reads what other processes have appended.
 * 3. After an undone transaction the index is emptied and the log read again.
 */
export class SentLog {
  readonly #windowMs: number;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();
  #startedAt = 0;
  #lastSequence = 0;
  #transactions = -1;
  #rollbacks = -1;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  has(connection: Connection, id: string, now: number): boolean {
    this.#catchUp(connection, now);
    const sentAt = this.#current.get(id) ?? this.#previous.get(id);
    return sentAt !== undefined && now - sentAt < this.#windowMs;
  }

  append(connection: Connection, row: Row): void {
    connection.run(APPEND, row.sequence, row.id, row.sentAt);
    this.#keep(row);
  }

  purge(connection: Connection, now: number, limit: number): number {
    return connection.run(PURGE, now - this.#windowMs, limit);
  }

  #catchUp(connection: Connection, now: number): void {
    if (this.#transactions === connection.transactions) return;
    this.#transactions = connection.transactions;
    if (this.#rollbacks !== connection.rollbacks) this.#forget(connection.rollbacks);
    this.#rotate(now);
    const rows = connection.all<Row>(NEWER_THAN, this.#lastSequence, now - this.#windowMs);
    for (const row of rows) this.#keep(row);
  }

  #keep({ sequence, id, sentAt }: Row): void {
    this.#current.set(id, sentAt);
    this.#lastSequence = sequence;
  }

  /** Keeps two generations of one window each, so that forgetting drops the older as a whole. */
  #rotate(now: number): void {
    if (now - this.#startedAt < this.#windowMs) return;
    this.#previous = this.#current;
    this.#current = new Map();
    this.#startedAt = now;
  }

  #forget(rollbacks: number): void {
    this.#rollbacks = rollbacks;
    this.#current.clear();
    this.#previous.clear();
    this.#lastSequence = 0;
  }
}
