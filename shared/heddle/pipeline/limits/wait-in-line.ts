import type { RunOf } from '../../domain/run.ts';
import { holdRun, rescheduleRun } from '../../domain/run-transitions.ts';
import { WAITERS } from '../../ports/collections.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { replaceRun, sendRunMessage } from '../runs/index.ts';
import { countHeld } from '../telemetry/index.ts';
import { type Acquiring, type Acquisition, acquireSlots } from './acquire-slots.ts';
import type { Missing, Passing, Queued } from './gate.ts';
import { findTurn } from './turn-in-line.ts';

/**
 * Puts a run in line. A run with an ordering key is left to its delivery. Any other gets a message
 * of its own, in case that nobody hands it a slot: the longer it waits, the later that comes.
 * @returns the slots after all, where one has become free meanwhile
 */
export async function waitInLine(
  engine: Acquiring & Pick<Engine, 'logger'>,
  passing: Passing,
  { slot, held }: Missing,
): Promise<{ readonly stored: Queued; readonly acquisition: Acquisition }> {
  const { document: run, etag } = passing.stored;
  const isOrdered = passing.delivery.orderingKey !== undefined;
  const now = toTimestamp(engine.clock);
  const next = holdRun(rescheduleRun(run, toNextCheck(engine, run), now), held, now);
  const document = { ...next, slots: [{ id: slot.id, max: slot.max }] };
  const stored = await replaceRun(engine, document, etag);
  if (!run.held) countHeld(engine, run.trigger, held, 'waiting');
  const turn = await findTurn(engine, run, passing);
  await updateDocument(engine.store, WAITERS, run.id, () => ({
    document: {
      ...{ id: run.id, slot: slot.id, attempt: run.nextAttempt, turn },
      ...(isOrdered ? { isOrdered } : {}),
    },
    result: undefined,
  }));
  const acquisition = await acquireSlots(engine, document, passing);
  if (acquisition.outcome !== 'acquired' && !isOrdered) await sendRunMessage(engine, document);
  return { stored, acquisition };
}

const MAX_CHECK_MS = 300_000;

function toNextCheck(
  { clock, leaseMs }: Pick<Engine, 'clock' | 'leaseMs'>,
  { createdAt }: RunOf<'queued'>,
): string {
  const now = clock.now();
  const wait = Math.min(Math.max(now - Date.parse(createdAt), leaseMs), MAX_CHECK_MS);
  return new Date(now + wait).toISOString();
}
