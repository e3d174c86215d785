import type { Event } from '../../domain/event.ts';
import type { RunOf } from '../../domain/run.ts';
import { holdRun, rescheduleRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { WAITERS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Limited } from '../concurrency/index.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { replaceRun, sendRunMessage } from '../runs/index.ts';
import { countHeld } from '../telemetry/index.ts';
import { type Acquisition, acquireSlots } from './acquire-slots.ts';
import type { Missing } from './gate.ts';

interface Waiting extends Missing {
  /** The run has an ordering key, and its delivery waits with it. */
  readonly isOrdered: boolean;
}

/**
 * Puts a run in line. Unless it waits in an order it has a message of its own, in case that nobody
 * hands it a slot; the longer the run waits, the later that message comes.
 * @returns the slots after all, where one has become free meanwhile
 */
export async function waitInLine(
  engine: Engine,
  { document: run, etag }: Stored<RunOf<'queued'>>,
  limited: Limited,
  { slot, held, isOrdered }: Waiting,
): Promise<{ readonly stored: Stored<RunOf<'queued'>>; readonly acquisition: Acquisition }> {
  const now = toTimestamp(engine.clock);
  const next = holdRun(rescheduleRun(run, toNextLook(engine, run), now), held, now);
  const document = { ...next, slots: [{ id: slot.id, max: slot.max }] };
  const stored = await replaceRun(engine, document, etag);
  if (!run.held) countHeld(engine, run.trigger, held, 'waiting');
  const turn = toTurn(run, await toPriority(engine, limited));
  await updateDocument(engine.store, WAITERS, run.id, () => ({
    document: {
      ...{ id: run.id, slot: slot.id, attempt: run.nextAttempt, turn },
      ...(isOrdered ? { isOrdered } : {}),
    },
    result: undefined,
  }));
  const acquisition = await acquireSlots(engine, document, limited);
  if (acquisition.outcome !== 'acquired' && !isOrdered) await sendRunMessage(engine, document);
  return { stored, acquisition };
}

const MAX_LOOK_MS = 300_000;

function toNextLook({ clock, leaseMs }: Engine, { createdAt }: RunOf<'queued'>): string {
  const now = clock.now();
  const wait = Math.min(Math.max(now - Date.parse(createdAt), leaseMs), MAX_LOOK_MS);
  return new Date(now + wait).toISOString();
}

const STEP_MS = 10 * 365 * 86_400_000;

function toTurn({ createdAt }: RunOf<'queued'>, priority: number): string {
  return new Date(Date.parse(createdAt) - priority * STEP_MS).toISOString();
}

async function toPriority(
  { logger }: Pick<Engine, 'logger'>,
  { trigger, event }: Limited,
): Promise<number> {
  const { priority } = trigger;
  if (typeof priority === 'number') return priority;
  const { renderKey } = await import('../../triggers/inputs/inputs.ts');
  const text = renderKey(trigger, priority, event, 'priority').trim();
  const rendered = text === '' ? Number.NaN : Math.round(Number(text));
  if (!Number.isNaN(rendered)) return Math.min(10, Math.max(-10, rendered));
  warnOnce(logger, trigger, event);
  return 0;
}

/** Triggers whose priority was no number: a process logs each of them once. */
const warnedOf = new WeakSet<Trigger>();

/** A wrong priority fails no run: whether the run has to wait at all is chance. */
function warnOnce(logger: Logger, trigger: Trigger, { id: eventId }: Event): void {
  if (warnedOf.has(trigger)) return;
  warnedOf.add(trigger);
  const text = `The priority of trigger ${trigger.name} expected a number from -10 to 10 and has rendered none: its runs count as 0 then`;
  logger.warn(text, { eventId });
}
