import { SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import { toEventKey } from '../../domain/ids.ts';
import type { Late, Ledger } from '../../domain/ledger.ts';
import { EVENTS, POLL_RECORDS } from '../../ports/collections.ts';
import { type Engine, type Storing, toTimestamp } from '../engine/index.ts';
import type { Timeline } from './timeline.ts';

/** How long after it was due a fire without a trace counts as late. */
const LATE_AFTER_MS = 60_000;
/** How long a late fire waits for another message. The time doubles with each. */
const PATIENCE_MS = 60_000;
const MAX_REARMED = 5;
/** Maximum number of fires that are searched for in one tick. */
const MAX_SEARCHED = 100;

/** Result of the search for fires that have had their message. */
export interface Found {
  /** Fires to send again. */
  readonly fires: readonly number[];
  /** Number of fires that are given up: it is too late for them, by `misfire`. */
  readonly missed: number;
  readonly seenUntil: string;
  readonly late: Late | undefined;
}

/** Time from which fires of a ledger are searched for, Unix milliseconds. */
export function toSearchAt(timeline: Timeline, ledger: Ledger): number {
  const { after, until } = toRange(ledger);
  if (until <= after) return Number.POSITIVE_INFINITY;
  const first = timeline.next(after) ?? Number.POSITIVE_INFINITY;
  return first + timeline.schedule.jitter + LATE_AFTER_MS;
}

/** Range of the fires that have a message and have not been seen: up to a gap, then beyond it. */
function toRange({ seenUntil, lastPlanned = seenUntil, gap }: Ledger) {
  const seen = Date.parse(seenUntil);
  const planned = Date.parse(lastPlanned);
  if (!gap || seenUntil >= gap.before) return { after: seen, until: planned };
  if (seenUntil >= gap.after) return { after: Date.parse(gap.before) - 1, until: planned };
  return { after: seen, until: Math.min(planned, Date.parse(gap.after)) };
}

/**
 * Searches for fires that had a message and have left no trace: a queue was emptied, or somebody has
 * deleted documents. The trace of a schedule's fire is its event, that of a poll the record of the
 * trigger's last poll. A late fire is waited for first: after an outage the queue has much to
 * deliver.
 */
export async function findLost(
  engine: Storing,
  timeline: Timeline,
  ledger: Ledger,
): Promise<Found> {
  const { seenUntil, late } = ledger;
  const now = engine.clock.now();
  if (toSearchAt(timeline, ledger) > now) return { fires: [], missed: 0, seenUntil, late };
  const range = toRange(ledger);
  const until = Math.min(now - LATE_AFTER_MS - timeline.schedule.jitter, range.until);
  const fires = timeline.list({ ...range, until, max: MAX_SEARCHED });
  const find = timeline.kind === 'poll' ? findPolls : findEvents;
  const unseen = await find(engine, ledger.id, fires);
  const last = fires.length < MAX_SEARCHED ? until : (fires.at(-1) ?? until);
  if (unseen.length === 0) {
    return {
      fires: [],
      missed: 0,
      seenUntil: toIso(last),
      late: fires.length > 0 ? undefined : late,
    };
  }
  return judge(engine, timeline, ledger, { fires, unseen, last });
}

interface Searched {
  readonly fires: readonly number[];
  readonly unseen: readonly number[];
  readonly last: number;
}

function judge(
  engine: Pick<Engine, 'clock'>,
  timeline: Timeline,
  ledger: Ledger,
  { fires, unseen, last }: Searched,
): Found {
  const now = engine.clock.now();
  const [oldest = last] = unseen;
  const late = toLate(engine, ledger, oldest);
  if (!isOver(late, now)) return { fires: [], missed: 0, seenUntil: toIso(oldest - 1), late };
  const isGivenUp = late.rearmed >= MAX_REARMED;
  const wanted = isGivenUp ? [] : unseen.filter((fire) => timeline.isWanted(fire, now));
  const missed = unseen.length - wanted.length;
  const [first] = wanted;
  if (first !== undefined) {
    const { rearmed, ...noticed } = toLate(engine, ledger, first);
    const again = { ...noticed, rearmed: rearmed + 1 };
    return { fires: wanted, missed, seenUntil: toIso(first - 1), late: again };
  }
  const newest = fires.at(-1) ?? last;
  const isLate = unseen.includes(newest);
  const still = isLate ? toLate(engine, ledger, newest) : undefined;
  return { fires: [], missed, seenUntil: toIso(last), late: still };
}

/** Whether the last message has been waited for long enough. */
function isOver({ since, rearmed }: Late, now: number): boolean {
  return now >= Date.parse(since) + PATIENCE_MS * (2 ** (rearmed + 1) - 1);
}

function toLate({ clock }: Pick<Engine, 'clock'>, { late }: Ledger, first: number): Late {
  const fire = toIso(first);
  return late?.fire === fire ? late : { fire, since: toTimestamp(clock), rearmed: 0 };
}

async function findEvents(
  { store }: Pick<Engine, 'store'>,
  name: string,
  fires: readonly number[],
): Promise<readonly number[]> {
  const seen = await Promise.all(
    fires.map((fire) => store.read(EVENTS, toEventKey(SCHEDULE_SOURCE, `${name}:${toIso(fire)}`))),
  );
  return fires.filter((_, index) => !seen[index]);
}

/** A later poll is a trace of all before it: each sees the present state. */
async function findPolls(
  { store }: Pick<Engine, 'store'>,
  name: string,
  fires: readonly number[],
): Promise<readonly number[]> {
  if (fires.length === 0) return [];
  const { lastDue } = (await store.read(POLL_RECORDS, name))?.document ?? {};
  return fires.filter((fire) => lastDue === undefined || fire > Date.parse(lastDue));
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
