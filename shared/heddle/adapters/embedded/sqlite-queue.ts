import type { Clock } from '../../ports/clock.ts';
import type {
  EventQueue,
  MeasureOptions,
  MessageReceiver,
  OutgoingMessage,
  QueueLag,
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
  INSERT INTO messages (id, visible_at, locked, delivery_count, body, ordering_key, lane, rank)
  VALUES (?, ?, 0, 0, ?, ?, ?, ?)`;
const HAS_KEY = 'SELECT 1 FROM messages WHERE ordering_key = ? LIMIT 1';
/** `visible_at` of a message that waits for one before it: later than any clock time. */
const BLOCKED = Number.MAX_SAFE_INTEGER;
const CANCEL = `
  DELETE FROM messages
  WHERE sequence = ? AND locked = 0 AND visible_at > ? AND ordering_key IS NULL`;
const DUE = `
  SELECT sequence, id, body, delivery_count AS deliveryCount, ordering_key AS orderingKey, lane,
    visible_at AS visibleAt
  FROM messages
  WHERE lane = ? AND rank = ? AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?`;
const NEXT_DUE = 'SELECT min(visible_at) AS at FROM messages WHERE lane = ? AND rank = ?';
const NEXT_LANE = 'SELECT min(lane) AS lane FROM messages WHERE lane > ?';
/** A message whose turn came by its ordering key has 0, which tells no time. */
const OLDEST_DUE = `
  SELECT min(visible_at) AS at FROM messages
  WHERE lane = ? AND rank = ? AND visible_at > 0 AND visible_at <= ?`;
const HAS_TURN = 'SELECT 1 FROM messages WHERE lane = ? AND rank = ? AND visible_at = 0 LIMIT 1';
const LOCK = `
  UPDATE messages SET visible_at = ?, locked = 1, delivery_count = delivery_count + 1
  WHERE sequence = ?`;
/** The delivery count serves as the lock token: it differs between any two locks of a message. */
const HELD = 'sequence = ? AND delivery_count = ? AND locked = 1 AND visible_at > ?';
const COMPLETE = `DELETE FROM messages WHERE ${HELD}`;
const ABANDON = `UPDATE messages SET visible_at = ?, locked = 0 WHERE ${HELD}`;
const RENEW = `UPDATE messages SET visible_at = ? WHERE ${HELD}`;
/** Counting reads the index from end to end: it stops at {@link MAX_DEPTH}. */
const DEPTH = 'SELECT count(*) AS depth FROM (SELECT 1 FROM messages LIMIT ?)';
const MAX_DEPTH = 100_000;
/** Not locked, and without one before it that it waits for. */
const PLANNED = `
  SELECT count(*) AS depth FROM (
    SELECT 1 FROM messages
    WHERE lane = ? AND rank = ? AND visible_at > ? AND visible_at < ${BLOCKED} AND locked = 0
    LIMIT ${MAX_DEPTH})`;

/** The lane of messages that are of no trigger yet, or may be of several. */
export const COMMON_LANE = '';
/** Urgent messages first. */
const RANKS = [0, 1] as const;
const MAX_MEASURED_LANES = 100;

type DueRow = Omit<ReceivedMessage, 'lockToken' | 'orderingKey' | 'lane'> & {
  readonly orderingKey: string | null;
  readonly lane: string;
  readonly visibleAt: number;
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
      const lanes = [COMMON_LANE, ...this.lanes()];
      const due = RANKS.flatMap((rank) =>
        lanes
          .flatMap((lane) => connection.all<DueRow>(DUE, lane, rank, now, max))
          .toSorted((a, b) => a.visibleAt - b.visibleAt || a.sequence - b.sequence),
      );
      return due.slice(0, max).map((row) => this.#lock(connection, row, now));
    });
  }

  /**
   * As {@link receive}, from some lanes, and at once.
   * @param limits how many of each
   */
  receiveFrom(limits: ReadonlyMap<string, number>): readonly ReceivedMessage[] {
    return this.#database.writeSoftNow('queue', (connection) => {
      const now = this.#clock.now();
      const due = [...limits].flatMap(([lane, limit]) => this.#findDue(connection, lane, limit));
      return due.map((row) => this.#lock(connection, row, now));
    });
  }

  /** Lanes that have messages, due or not, in the order of their names; without the common one. */
  lanes(limit = Number.POSITIVE_INFINITY, after = COMMON_LANE): readonly string[] {
    return this.#database.read('queue', (connection) => {
      const lanes: string[] = [];
      for (let last = after; lanes.length < limit; ) {
        const lane = connection.get<{ lane: string | null }>(NEXT_LANE, last)?.lane;
        if (typeof lane !== 'string') break;
        lanes.push(lane);
        last = lane;
      }
      return lanes;
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
    return this.#count(MAX_DEPTH);
  }

  async backlog(): Promise<Backlog> {
    const places = toPlaces(this.lanes());
    const planned = this.#countPlanned(places);
    const queued = Math.max(0, this.#count(MAX_DEPTH) - planned);
    const oldestDueMs = this.#findOldestDueMs(places);
    if (oldestDueMs !== undefined) return { queued, planned, oldestDueMs };
    const hasTurn = this.#database.read('queue', (connection) =>
      places.some((place) => connection.get(HAS_TURN, ...place)),
    );
    return { queued, planned, ...(hasTurn ? { oldestDueMs: 0 } : {}) };
  }

  async measureLag({ maxDepth }: MeasureOptions): Promise<QueueLag> {
    const places = toPlaces(this.lanes(MAX_MEASURED_LANES));
    return { depth: this.#count(maxDepth), ageMs: this.#findOldestDueMs(places) ?? 0 };
  }

  /** Unix milliseconds of the first due time or lock expiry, past or future; undefined: empty. */
  nextDueAt(lanes: readonly string[] = [COMMON_LANE, ...this.lanes()]): number | undefined {
    const first = this.#database.read('queue', (connection) => {
      const times = lanes.flatMap((lane) =>
        RANKS.map((rank) => connection.get<{ at: number | null }>(NEXT_DUE, lane, rank)?.at),
      );
      return Math.min(...times.map((at) => at ?? Number.POSITIVE_INFINITY));
    });
    return Number.isFinite(first) ? first : undefined;
  }

  #count(max: number): number {
    const count = (connection: Connection) => connection.get<{ depth: number }>(DEPTH, max)?.depth;
    return this.#database.read('queue', count) ?? 0;
  }

  /** Messages for later: fires of schedules, retries. */
  #countPlanned(places: readonly Place[]): number {
    const now = this.#clock.now();
    return this.#database.read('queue', (connection) =>
      places.reduce((sum, place) => {
        const found = connection.get<{ depth: number }>(PLANNED, ...place, now);
        return sum + (found?.depth ?? 0);
      }, 0),
    );
  }

  /** Undefined: nothing is due, but for what has waited for its turn in an order. */
  #findOldestDueMs(places: readonly Place[]): number | undefined {
    const now = this.#clock.now();
    return this.#database.read('queue', (connection) => {
      const times = places.flatMap((place) => {
        const at = connection.get<{ at: number | null }>(OLDEST_DUE, ...place, now)?.at;
        return at ? [at] : [];
      });
      return times.length > 0 ? now - Math.min(...times) : undefined;
    });
  }

  #findDue(connection: Connection, lane: string, limit: number): readonly DueRow[] {
    const now = this.#clock.now();
    const urgent = connection.all<DueRow>(DUE, lane, RANKS[0], now, limit);
    const left = limit - urgent.length;
    return left > 0
      ? [...urgent, ...connection.all<DueRow>(DUE, lane, RANKS[1], now, left)]
      : urgent;
  }

  #insert(
    connection: Connection,
    { id, body, delayMs = 0, orderingKey, lane = COMMON_LANE, isUrgent = false }: OutgoingMessage,
  ): number | 'duplicate' {
    const now = this.#clock.now();
    if (this.#sent.has(connection, id, now)) return 'duplicate';
    const isBlocked = orderingKey !== undefined && connection.get(HAS_KEY, orderingKey);
    const visibleAt = isBlocked ? BLOCKED : now + delayMs;
    const place = [lane, isUrgent ? RANKS[0] : RANKS[1]] as const;
    const sequence = connection.insert(INSERT, id, visibleAt, body, orderingKey ?? null, ...place);
    this.#sent.append(connection, { sequence, id, sentAt: now });
    return sequence;
  }

  #lock(connection: Connection, row: DueRow, now: number): ReceivedMessage {
    connection.run(LOCK, now + this.#lockMs, row.sequence);
    const deliveryCount = row.deliveryCount + 1;
    const { orderingKey, lane, visibleAt: _, ...message } = row;
    return {
      ...{ ...message, deliveryCount, lockToken: String(deliveryCount) },
      ...(orderingKey === null ? {} : { orderingKey }),
      ...(lane === COMMON_LANE ? {} : { lane }),
    };
  }

  #settle(message: ReceivedMessage, sql: string, ...values: number[]): Promise<boolean> {
    const { sequence, lockToken } = message;
    return this.#database.writeSoft(
      'queue',
      (connection) => connection.run(sql, ...values, sequence, lockToken, this.#clock.now()) === 1,
    );
  }
}

/** A lane, and a rank in it. */
type Place = readonly [lane: string, rank: number];

/** All places of the common lane and these. */
function toPlaces(lanes: readonly string[]): readonly Place[] {
  return [COMMON_LANE, ...lanes].flatMap((lane) => RANKS.map((rank): Place => [lane, rank]));
}
