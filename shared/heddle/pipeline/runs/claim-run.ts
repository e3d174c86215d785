import { type Claim, holds, mayTakeOver, type Run, type RunOf } from '../../domain/run.ts';
import { createRunningRun, type NewRun, startAttempt } from '../../domain/run-transitions.ts';
import { ConflictError } from '../../errors/errors.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { type Saving, toTimestamp } from '../engine/index.ts';
import { insertRun, replaceRun } from './save-run.ts';

type Running = Stored<RunOf<'running'>>;

/** Records a run as begun by this delivery. @returns the run that is already recorded, if one is */
export async function createRun(
  engine: Saving,
  fresh: NewRun,
  delivery: Delivery,
): Promise<{ readonly ours: Running } | { readonly theirs: Stored<Run> }> {
  const run = createRunningRun(fresh, toClaim(delivery), toTimestamp(engine.clock));
  try {
    return { ours: await insertRun(engine, run) };
  } catch (error) {
    const found =
      error instanceof ConflictError ? await engine.store.read(RUNS, run.id) : undefined;
    if (!found) throw error;
    const ours = toOurs(found, run.claim);
    return ours ? { ours } : { theirs: found };
  }
}

/** Records a run. @returns undefined when it is already recorded */
export async function createRunOnce<R extends Run>(
  engine: Saving,
  run: R,
): Promise<Stored<R> | undefined> {
  try {
    return await insertRun(engine, run);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return undefined;
  }
}

/** Begins an attempt of a recorded run. @returns undefined when another delivery was first */
export async function takeRun(
  engine: Saving,
  { document, etag }: Stored<Run>,
  delivery: Delivery,
): Promise<Running | undefined> {
  if (document.status !== 'queued' && document.status !== 'running') return undefined;
  const run = startAttempt(document, toClaim(delivery), toTimestamp(engine.clock));
  try {
    return await replaceRun(engine, run, etag);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const found = await engine.store.read(RUNS, run.id);
    return found && toOurs(found, run.claim);
  }
}

/** A write whose answer was lost, and that was made again, conflicts with itself. */
function toOurs({ document, etag }: Stored<Run>, claim: Claim): Running | undefined {
  return holds(document, claim) ? { document, etag } : undefined;
}

/**
 * Whether this delivery is a later one of the message that had begun the run. With an ordering key
 * both may have the same number: a session that is closed gives its messages back without counting.
 * https://learn.microsoft.com/azure/service-bus-messaging/message-sessions#impact-of-delivery-count
 */
export function isInterrupted(run: Run, delivery: Delivery): run is RunOf<'running'> {
  if (run.status !== 'running') return false;
  const claim = toClaim(delivery);
  return mayTakeOver(run.claim, claim) || (!isFirst(delivery) && holds(run, claim));
}

/** Whether no delivery of this message can have come before. */
export function isFirst({ deliveryCount, orderingKey }: Delivery): boolean {
  return deliveryCount <= 1 && orderingKey === undefined;
}

function toClaim({ id, sequence, deliveryCount }: Delivery): Claim {
  return { sequence, delivery: deliveryCount, message: id };
}
