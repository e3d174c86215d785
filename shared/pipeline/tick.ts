import { LEDGERS } from '../collections.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConflictError } from '../errors.ts';
import type { OutgoingMessage, Stored } from '../ports.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { findLost } from './find-lost.ts';
import { toFireMessages } from './fire-messages.ts';
import { createTimeline, type Timeline, toSpec } from './timeline.ts';

/** Fires this far ahead get their messages: a tick may come half a minute late and nobody notices. */
export const LOOK_AHEAD_MS = 90_000;
/** Of one trigger in one tick; what is left comes with the next. */
const MAX_FIRES = 1000;

/**
 * Plans what is due: for every schedule and poller, each fire within {@link LOOK_AHEAD_MS} gets a
 * message that is delivered when it is due, and not before. Invariants:
 *
 * 1. Ids are made of trigger and time: a fire that is planned twice, by two instances or after a
 *    crash, is sent twice and delivered once.
 * 2. Messages are sent before the ledger says so: what a crash cuts off is planned again.
 * 3. Nothing is planned by one trigger's fault but its own: it is logged, and the others go on.
 *
 * Safe to call at any time, by any number of instances.
 */
export async function tick(engine: Engine): Promise<void> {
  await engine.states.refresh();
  for (const trigger of engine.triggers.timed) {
    try {
      await plan(engine, trigger);
    } catch (error) {
      // Another instance was at it: what it has not done comes with the next tick.
      if (error instanceof ConflictError) continue;
      engine.logger.warn(`Trigger ${trigger.name} is not planned: ${String(error)}`);
    }
  }
}

async function plan(engine: Engine, trigger: Trigger): Promise<void> {
  const timeline = await createTimeline(trigger, engine.pollers);
  const found = await engine.store.read(LEDGERS, trigger.name);
  const ledger = begin(engine, trigger, timeline, found);
  const now = engine.clock.now();
  const until = now + LOOK_AHEAD_MS;
  const after = Date.parse(ledger.plannedUntil);
  const fires = timeline.list({ after, until, max: MAX_FIRES });
  const wanted = fires.filter((fire) => timeline.isWanted(fire, now));
  const lost = await findLost(engine, trigger, timeline, ledger);
  const messages = await toFireMessages(engine, trigger, timeline, wanted);
  const again = await toFireMessages(
    engine,
    trigger,
    timeline,
    lost.fires,
    toTimestamp(engine.clock),
  );
  await send(engine, [...messages, ...again]);
  if (lost.fires.length > 0) {
    engine.logger.error(
      `${lost.fires.length} fires of ${trigger.name} were lost, and are sent again`,
    );
  }
  const isCut = fires.length === MAX_FIRES;
  const plannedUntil = isCut ? (fires.at(-1) ?? until) : Math.max(until, after);
  const last = wanted.at(-1);
  const next = timeline.next(plannedUntil);
  const { next: _next, error: _error, ...rest } = ledger;
  await write(engine, found, {
    ...rest,
    updatedAt: toTimestamp(engine.clock),
    plannedUntil: new Date(plannedUntil).toISOString(),
    planned: ledger.planned + wanted.length,
    missed: ledger.missed + fires.length - wanted.length,
    rearmed: ledger.rearmed + lost.fires.length,
    seenUntil: lost.seenUntil,
    ...(last === undefined ? {} : { lastPlanned: new Date(last).toISOString() }),
    ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
  });
}

/** What is new, has changed, or was disabled meanwhile begins now: it has missed nothing. */
function begin(
  { clock }: Engine,
  { name }: Trigger,
  timeline: Timeline,
  found: Stored<Ledger> | undefined,
): Ledger {
  const spec = toSpec(timeline);
  if (found?.document.spec === spec) return found.document;
  const now = toTimestamp(clock);
  const { planned = 0, missed = 0, rearmed = 0 } = found?.document ?? {};
  const counts = { planned, missed, rearmed };
  const times = { updatedAt: now, plannedUntil: now, seenUntil: now };
  return { id: name, kind: timeline.kind, spec, ...times, ...counts };
}

async function send({ queue }: Engine, messages: readonly OutgoingMessage[]): Promise<void> {
  if (messages.length > 0) await queue.send(messages);
}

async function write(
  { store }: Engine,
  found: Stored<Ledger> | undefined,
  ledger: Ledger,
): Promise<void> {
  if (found) await store.replace(LEDGERS, ledger, found.etag);
  else await store.create(LEDGERS, ledger);
}
