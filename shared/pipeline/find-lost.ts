import { EVENTS, POLL_RECORDS } from '../collections.ts';
import { SCHEDULE_SOURCE } from '../domain/built-in-sources.ts';
import { toEventKey } from '../domain/ids.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { Engine } from './engine.ts';
import type { Timeline } from './timeline.ts';

/** A fire that has left no trace so long after it was due is lost. */
const LOST_AFTER_MS = 120_000;
/** Looked for in one tick. */
const MAX_LOOKED_FOR = 100;

/**
 * Fires that had a message and left no trace: a queue was emptied, or somebody has deleted what he
 * should not. A schedule's trace is its event, a poller's what it has kept of its last poll.
 */
export async function findLost(
  engine: Engine,
  trigger: Trigger,
  timeline: Timeline,
  { seenUntil, lastPlanned }: Ledger,
): Promise<{ readonly fires: readonly number[]; readonly seenUntil: string }> {
  const planned = lastPlanned === undefined ? 0 : Date.parse(lastPlanned);
  const until = Math.min(engine.clock.now() - LOST_AFTER_MS, planned);
  const after = Date.parse(seenUntil);
  if (until <= after) return { fires: [], seenUntil };
  const fires = timeline.list({ after, until, max: MAX_LOOKED_FOR });
  const wanted = fires.filter((fire) => timeline.isWanted(fire, engine.clock.now()));
  const find = timeline.kind === 'poll' ? findPolls : findEvents;
  const isCut = fires.length === MAX_LOOKED_FOR;
  return {
    fires: await find(engine, trigger, wanted),
    seenUntil: new Date(isCut ? (fires.at(-1) ?? until) : until).toISOString(),
  };
}

async function findEvents(
  { store }: Engine,
  { name }: Trigger,
  fires: readonly number[],
): Promise<readonly number[]> {
  const lost: number[] = [];
  for (const fire of fires) {
    const key = toEventKey(SCHEDULE_SOURCE, `${name}:${new Date(fire).toISOString()}`);
    if (!(await store.read(EVENTS, key))) lost.push(fire);
  }
  return lost;
}

/** The last poll alone counts: an earlier one would look at the same. */
async function findPolls(
  { store }: Engine,
  { name }: Trigger,
  fires: readonly number[],
): Promise<readonly number[]> {
  const last = fires.at(-1);
  if (last === undefined) return [];
  const record = (await store.read(POLL_RECORDS, name))?.document;
  return record?.lastDue !== undefined && Date.parse(record.lastDue) >= last ? [] : [last];
}
