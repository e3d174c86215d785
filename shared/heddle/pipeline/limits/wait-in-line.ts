import { isDeepStrictEqual } from 'node:util';
import type { SlotOfRun } from '../../domain/run.ts';
import { holdRun } from '../../domain/run-transitions.ts';
import { joinLine, type Slot, toSlotOfRun } from '../concurrency/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { replaceRun } from '../runs/index.ts';
import { noteHeld } from '../telemetry/index.ts';
import { type Acquiring, type Acquisition, acquireSlots } from './acquire-slots.ts';
import type { Missing, Passing, Queued } from './gate.ts';
import { lookLater } from './look-at-line.ts';
import { findTurn } from './turn-in-line.ts';

/**
 * Puts a run in line. A run with an ordering key is left to its delivery; any other is handed a
 * slot, and its line is looked at from time to time in case that nobody hands it one. A run that
 * stands in line already writes nothing.
 * @returns the slots after all, where one has become free meanwhile
 */
export async function waitInLine(
  engine: Acquiring & Pick<Engine, 'logger'>,
  passing: Passing,
  missing: Missing,
): Promise<{ readonly stored: Queued; readonly acquisition: Acquisition }> {
  let stored = passing.stored;
  const isOrdered = passing.delivery.orderingKey !== undefined;
  for (let awaited = missing; ; ) {
    stored = await recordHeld(engine, stored, awaited);
    const { document: run } = stored;
    await joinLine(engine, {
      ...{ id: run.id, slot: awaited.slot.id, attempt: run.nextAttempt },
      turn: await findTurn(engine, run, passing),
      ...(isOrdered ? { isOrdered } : {}),
    });
    const acquisition = await acquireSlots(engine, run, passing, { isInLine: true });
    if (acquisition.outcome !== 'waiting') return { stored, acquisition };
    if (acquisition.slot.id === awaited.slot.id) {
      await lookAfter(engine, acquisition, isOrdered);
      return { stored, acquisition };
    }
    // Its slot has become free meanwhile, and the next that it needs is taken: it waits for that.
    awaited = acquisition;
  }
}

/**
 * Sends the message of the line that the run waits in. A run with an ordering key checks for a slot
 * itself; a place of a throttle is handed to it too, since nobody takes one past a line.
 */
async function lookAfter(
  engine: Acquiring,
  { slot, held }: Missing,
  isOrdered: boolean,
): Promise<void> {
  const freeAt = slot.period === undefined ? undefined : held.until;
  if (!isOrdered || slot.period !== undefined) await lookLater(engine, slot, { freeAt });
}

function toKept(slot: Slot): SlotOfRun {
  const kept = toSlotOfRun(slot);
  return slot.inputHash === undefined ? { ...kept, isKept: true } : kept;
}

async function recordHeld(
  engine: Acquiring,
  { document: run, etag }: Queued,
  { slot, held, kept = [] }: Missing,
): Promise<Queued> {
  const slots = [...kept.map(toKept), toSlotOfRun(slot)];
  if (isDeepStrictEqual([run.held, run.slots], [held, slots])) return { document: run, etag };
  const document = { ...holdRun(run, held, toTimestamp(engine.clock)), slots };
  const stored = await replaceRun(engine, document, etag);
  if (!run.held) noteHeld(engine, run, held);
  return stored;
}
