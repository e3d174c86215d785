import type { Clock } from '../../ports/clock.ts';
import type {
  EventQueue,
  MessageReceiver,
  OutgoingMessage,
  ReceivedMessage,
  Sent,
} from '../../ports/event-queue.ts';
import type { Backlog } from '../../ports/health.ts';
import type { Connection } from './connection.ts';
import type { SqliteDatabase } from './database.ts';
import { SentLog } from './sent-log.ts';

export interface SqliteQueueOptions {
  readonly clock: Clock;
  readonly lockMs?: number;
  readonly duplicateWindowMs?: number;
  /** Called when new messages are on disk, due or not: a message may now be due sooner. */
  readonly onSend?: () => void;
}

const INSERT = `
  INSERT INTO messages (id, visible_at, locked, delivery_count, body, ordering_key)
  VALUES (?, ?, 0, 0, ?, ?)`;
const HAS_KEY = 'SELECT 1 FROM messages WHERE ordering_key = ? LIMIT 1';
/** `visible_at` of a message that waits for one before it: later than any clock time. */
const BLOCKED = Number.MAX_SAFE_INTEGER;
const CANCEL = `
  DELETE FROM messages
  WHERE sequence = ? AND locked = 0 AND visible_at > ? AND ordering_key IS NULL`;
const DUE = `
  SELECT sequence, id, body, delivery_count AS deliveryCount, ordering_key AS orderingKey
  FROM messages
  WHERE visible_at <= ? ORDER BY visible_at, sequence LIMIT ?`;
const NEXT_DUE = 'SELECT min(visible_at) AS at FROM messages';
/** A message whose turn came by its ordering key has 0, which tells no time. */
const OLDEST_DUE = `
  SELECT min(visible_at) AS at FROM messages WHERE visible_at > 0 AND visible_at <= ?`;
const HAS_TURN = 'SELECT 1 FROM messages WHERE visible_at = 0 LIMIT 1';
const LOCK = `
  UPDATE messages SET visible_at = ?, locked = 1, delivery_count = delivery_count + 1
  WHERE sequence = ?`;
/** The delivery count serves as the lock token: it differs between any two locks of a message. */
const HELD = 'sequence = ? AND delivery_count = ? AND locked = 1 AND visible_at > ?';
const COMPLETE = `DELETE FROM messages WHERE ${HELD}`;
const ABANDON = `UPDATE messages SET visible_at = ?, locked = 0 WHERE ${HELD}`;
const RENEW = `UPDATE messages SET visible_at = ? WHERE ${HELD}`;
const DEPTH = 'SELECT count(*) AS depth FROM messages';

type DueRow = Omit<ReceivedMessage, 'lockToken' | 'orderingKey'> & {
  readonly orderingKey: string | null;
};

export class SqliteQueue implements EventQueue, MessageReceiver {
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

  async send(messages: readonly OutgoingMessage[]): Promise<readonly Sent[]> {
    const sequences = await this.#database.write('queue', (connection) =>
      messages.map((message) => this.#insert(connection, message)),
    );
    if (sequences.some((sequence) => sequence !== 'duplicate')) this.#onSend?.();
    return sequences;
  }

  cancel(sequence: number): Promise<boolean> {
    return this.#database.write(
      'queue',
      (connection) => connection.run(CANCEL, sequence, this.#clock.now()) === 1,
    );
  }

  async receive(max: number): Promise<readonly ReceivedMessage[]> {
    // Returns early, so that an idle receiver does not take the file's write lock from other
    // processes.
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

  async depth(): Promise<number> {
    const count = (connection: Connection) => connection.get<{ depth: number }>(DEPTH)?.depth;
    return this.#database.read('queue', count) ?? 0;
  }

  async backlog(): Promise<Backlog> {
    const queued = await this.depth();
    const now = this.#clock.now();
    return this.#database.read('queue', (connection) => {
      const at = connection.get<{ at: number | null }>(OLDEST_DUE, now)?.at;
      if (at) return { queued, oldestDueMs: now - at };
      return connection.get(HAS_TURN) ? { queued, oldestDueMs: 0 } : { queued };
    });
  }

  /** Unix milliseconds of the first due time or lock expiry, past or future; undefined: empty. */
  nextDueAt(): number | undefined {
    const row = this.#database.read('queue', (connection) =>
      connection.get<{ at: number | null }>(NEXT_DUE),
    );
    return row?.at ?? undefined;
  }

  #insert(
    connection: Connection,
    { id, body, delayMs = 0, orderingKey }: OutgoingMessage,
  ): number | 'duplicate' {
    const now = this.#clock.now();
    if (this.#sent.has(connection, id, now)) return 'duplicate';
    const isBlocked = orderingKey !== undefined && connection.get(HAS_KEY, orderingKey);
    const visibleAt = isBlocked ? BLOCKED : now + delayMs;
    const sequence = connection.insert(INSERT, id, visibleAt, body, orderingKey ?? null);
    this.#sent.append(connection, { sequence, id, sentAt: now });
    return sequence;
  }

  #lock(connection: Connection, row: DueRow, now: number): ReceivedMessage {
    connection.run(LOCK, now + this.#lockMs, row.sequence);
    const deliveryCount = row.deliveryCount + 1;
    const { orderingKey, ...message } = row;
    const received = { ...message, deliveryCount, lockToken: String(deliveryCount) };
    return orderingKey === null ? received : { ...received, orderingKey };
  }

  #settle(message: ReceivedMessage, sql: string, ...values: number[]): Promise<boolean> {
    const { sequence, lockToken } = message;
    return this.#database.writeSoft(
      'queue',
      (connection) => connection.run(sql, ...values, sequence, lockToken, this.#clock.now()) === 1,
    );
  }
}
