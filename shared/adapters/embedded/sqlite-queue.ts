import type {
  Clock,
  DeadLetter,
  EventQueue,
  OutgoingMessage,
  ReceivedMessage,
} from '../../ports.ts';
import type { Connection } from './connection.ts';
import type { SqliteDatabase } from './database.ts';
import { SentLog } from './sent-log.ts';

export interface SqliteQueueOptions {
  readonly clock: Clock;
  readonly lockMs?: number;
  readonly duplicateWindowMs?: number;
  /** Called when messages are on disk, due or not: there may be something to receive sooner. */
  readonly onSend?: () => void;
}

const INSERT = `
  INSERT INTO messages (id, visible_at, locked, delivery_count, body) VALUES (?, ?, 0, 0, ?)`;
const CANCEL = 'DELETE FROM messages WHERE sequence = ? AND locked = 0 AND visible_at > ?';
const DUE = `
  SELECT sequence, id, body, delivery_count AS deliveryCount FROM messages
  WHERE visible_at <= ? ORDER BY visible_at, sequence LIMIT ?`;
const NEXT_DUE = 'SELECT min(visible_at) AS at FROM messages';
const LOCK = `
  UPDATE messages SET visible_at = ?, locked = 1, delivery_count = delivery_count + 1
  WHERE sequence = ?`;
/** The delivery count tells one lock of a message from the next, so it serves as the token. */
const HELD = 'sequence = ? AND delivery_count = ? AND locked = 1 AND visible_at > ?';
const COMPLETE = `DELETE FROM messages WHERE ${HELD}`;
const ABANDON = `UPDATE messages SET visible_at = ?, locked = 0 WHERE ${HELD}`;
const RENEW = `UPDATE messages SET visible_at = ? WHERE ${HELD}`;
const BURY = `
  INSERT INTO dead_letters (reason, dead_lettered_at, sequence, id, body, delivery_count)
  SELECT ?, ?, sequence, id, body, delivery_count FROM messages WHERE ${HELD}`;
const LIST_DEAD_LETTERS = `
  SELECT sequence, id, body, reason, delivery_count AS deliveryCount,
    dead_lettered_at AS deadLetteredAt
  FROM dead_letters ORDER BY position DESC LIMIT ?`;
const DEPTH = 'SELECT count(*) AS depth FROM messages';

type DueRow = Omit<ReceivedMessage, 'lockToken'>;

export class SqliteQueue implements EventQueue {
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  readonly #lockMs: number;
  readonly #sent: SentLog;
  readonly #onSend: (() => void) | undefined;

  constructor(database: SqliteDatabase, options: SqliteQueueOptions) {
    const { clock, lockMs = 10_000, duplicateWindowMs = 600_000, onSend } = options;
    this.#database = database;
    this.#clock = clock;
    this.#lockMs = lockMs;
    this.#sent = new SentLog(duplicateWindowMs);
    this.#onSend = onSend;
    database.onPurge((connection, limit) => this.#sent.purge(connection, clock.now(), limit));
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly (number | undefined)[]> {
    const sequences = await this.#database.write('queue', (connection) =>
      messages.map((message) => this.#insert(connection, message)),
    );
    if (sequences.some((sequence) => sequence !== undefined)) this.#onSend?.();
    return sequences;
  }

  cancel(sequence: number): Promise<boolean> {
    return this.#database.write(
      'queue',
      (connection) => connection.run(CANCEL, sequence, this.#clock.now()) === 1,
    );
  }

  async receive(max: number): Promise<readonly ReceivedMessage[]> {
    // An idle receiver need not take the file's write lock from other processes.
    if ((this.nextDueAt() ?? Number.POSITIVE_INFINITY) > this.#clock.now()) return [];
    return this.#database.writeSoftNow('queue', (connection) => {
      const now = this.#clock.now();
      const due = connection.all<DueRow>(DUE, now, max);
      return due.map((row) => this.#lock(connection, row, now));
    });
  }

  complete(message: ReceivedMessage): Promise<boolean> {
    return this.#settle(message, COMPLETE);
  }

  abandon(message: ReceivedMessage): Promise<boolean> {
    return this.#settle(message, ABANDON, this.#clock.now());
  }

  renewLock(message: ReceivedMessage): Promise<boolean> {
    return this.#settle(message, RENEW, this.#clock.now() + this.#lockMs);
  }

  deadLetter(message: ReceivedMessage, reason: string): Promise<boolean> {
    return this.#database.write('queue', (connection) => {
      const now = this.#clock.now();
      const lock = [message.sequence, message.lockToken, now] as const;
      if (connection.run(BURY, reason, now, ...lock) === 0) return false;
      return connection.run(COMPLETE, ...lock) === 1;
    });
  }

  async listDeadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#database.read('queue', (connection) =>
      connection.all<DeadLetter>(LIST_DEAD_LETTERS, limit),
    );
  }

  async depth(): Promise<number> {
    const count = (connection: Connection) => connection.get<{ depth: number }>(DEPTH)?.depth;
    return this.#database.read('queue', count) ?? 0;
  }

  /** Unix milliseconds of the first due time or lock expiry, past or to come; undefined: empty. */
  nextDueAt(): number | undefined {
    const row = this.#database.read('queue', (connection) =>
      connection.get<{ at: number | null }>(NEXT_DUE),
    );
    return row?.at ?? undefined;
  }

  #insert(connection: Connection, { id, body, delayMs = 0 }: OutgoingMessage): number | undefined {
    const now = this.#clock.now();
    if (this.#sent.has(connection, id, now)) return undefined;
    const sequence = connection.insert(INSERT, id, now + delayMs, body);
    this.#sent.append(connection, { sequence, id, sentAt: now });
    return sequence;
  }

  #lock(connection: Connection, row: DueRow, now: number): ReceivedMessage {
    connection.run(LOCK, now + this.#lockMs, row.sequence);
    const deliveryCount = row.deliveryCount + 1;
    return { ...row, deliveryCount, lockToken: String(deliveryCount) };
  }

  #settle(message: ReceivedMessage, sql: string, ...values: number[]): Promise<boolean> {
    const { sequence, lockToken } = message;
    return this.#database.writeSoft(
      'queue',
      (connection) => connection.run(sql, ...values, sequence, lockToken, this.#clock.now()) === 1,
    );
  }
}
