import { isDeepStrictEqual } from 'node:util';
import type { Gap, Ledger } from '../../domain/ledger.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { LEDGERS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import {
  type Engine,
  MAX_CLOCK_SKEW_MS,
  type Sending,
  type Storing,
  toTimestamp,
} from '../engine/index.ts';
import { countFires } from '../telemetry/index.ts';
import { type Found, findLost } from './find-lost-fires.ts';
import { toFireMessages } from './fire-messages.ts';
import { createLedger, DAY_MS, toLedgerTtl } from './ledgers.ts';
import { PLAN_AHEAD_MS, type Plan, planFires } from './plan-fires.ts';
import { type Timeline, toSpec } from './timeline.ts';

/** Result of planning a trigger once. */
export interface Planned {
  readonly ledger: Ledger;
  /** More fires are already due. */
  readonly isCut: boolean;
}

/**
 * Sends the messages of one trigger's fires, and writes to its ledger what was sent.
 * @throws {ConflictError} another instance planned it as well; what was sent twice is delivered
 * once
 */
export async function planTrigger(
  engine: Storing & Sending & Pick<Engine, 'logger' | 'telemetry'>,
  trigger: Trigger,
  timeline: Timeline,
): Promise<Planned> {
  const stored = await engine.store.read(LEDGERS, trigger.name);
  const ledger = begin(engine, trigger, timeline, stored);
  const plan = planFires(timeline, Date.parse(ledger.plannedUntil), engine.clock.now());
  const found = await findLost(engine, timeline, ledger);
  const [messages, again] = await Promise.all([
    toFireMessages(engine, trigger, timeline, plan.fires),
    toFireMessages(engine, trigger, timeline, found.fires, found.late?.rearmed),
  ]);
  await send(engine, [...messages, ...again]);
  const next = toNext(timeline, ledger, plan, found);
  await write(engine, timeline, stored, next);
  report(engine, ledger, next);
  return { ledger: next, isCut: plan.isCut };
}

/**
 * Begins a new ledger for a trigger that is new, has changed or was disabled meanwhile; also for
 * one that is planned further ahead than planning goes, by a clock that was put back since. Fires
 * that it had made are known by their ids.
 */
function begin(
  engine: Pick<Engine, 'clock'>,
  trigger: Trigger,
  timeline: Timeline,
  found: Stored<Ledger> | undefined,
): Ledger {
  const spec = toSpec(timeline);
  const isAhead = Date.parse(found?.document.plannedUntil ?? '') > toFarthest(engine);
  if (found?.document.spec === spec && !isAhead) return found.document;
  return createLedger(engine, trigger, spec, found?.document);
}

function toFarthest({ clock }: Pick<Engine, 'clock'>): number {
  return clock.now() + PLAN_AHEAD_MS + MAX_CLOCK_SKEW_MS;
}

/** Leaves the ledger as it is, times included, where nothing was planned, missed or found. */
function toNext(timeline: Timeline, ledger: Ledger, plan: Plan, found: Found): Ledger {
  const { next: _next, error: _error, late: _late, gap: _gap, ...rest } = ledger;
  const gap = toGap(ledger, plan, found);
  const isIdle = plan.fires.length + plan.missed === 0;
  const plannedUntil = isIdle ? ledger.plannedUntil : new Date(plan.until).toISOString();
  const last = plan.fires.at(-1);
  const next = timeline.next(Date.parse(plannedUntil));
  return {
    ...{ ...rest, plannedUntil, seenUntil: found.seenUntil },
    planned: ledger.planned + plan.fires.length,
    missed: ledger.missed + plan.missed + found.missed,
    rearmed: ledger.rearmed + found.fires.length,
    ...(last === undefined ? {} : { lastPlanned: new Date(last).toISOString() }),
    ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
    ...(gap === undefined ? {} : { gap }),
    ...(found.late === undefined ? {} : { late: found.late }),
  };
}

/** A gap that is not passed yet when another opens is extended to it. */
function toGap(ledger: Ledger, { missed, missedBefore }: Plan, found: Found): Gap | undefined {
  const open = ledger.gap && found.seenUntil < ledger.gap.before ? ledger.gap : undefined;
  if (missed === 0) return open;
  const before = new Date(missedBefore).toISOString();
  return { after: open?.after ?? ledger.plannedUntil, before };
}

async function send(
  { queue }: Pick<Engine, 'queue'>,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  if (messages.length > 0) await queue.send(messages);
}

async function write(
  { store, clock }: Storing,
  timeline: Timeline,
  found: Stored<Ledger> | undefined,
  next: Ledger,
): Promise<void> {
  const isFresh = found && clock.now() - Date.parse(found.document.updatedAt) < DAY_MS;
  if (isFresh && isDeepStrictEqual(found.document, next)) return;
  const document = { ...next, updatedAt: toTimestamp(clock) };
  const options = toLedgerTtl(timeline);
  if (found) await store.replace(LEDGERS, document, found.etag, options);
  else await store.create(LEDGERS, document, options);
}

function report(engine: Pick<Engine, 'logger' | 'telemetry'>, before: Ledger, after: Ledger): void {
  const missed = after.missed - before.missed;
  const rearmed = after.rearmed - before.rearmed;
  countFires(engine, after.id, { missed, rearmed });
  if (missed > 0) engine.logger.warn(`Trigger ${after.id} has missed ${missed} fires`);
  if (rearmed === 0) return;
  engine.logger.error(`${rearmed} fires of trigger ${after.id} were lost, and are sent again`);
}
