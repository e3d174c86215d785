import { failRun } from '../../domain/run-transitions.ts';
import { ConflictError, TerminalError } from '../../errors/errors.ts';
import { RUNS } from '../../ports/collections.ts';
import { finishOtherRun, finishRun } from '../completion/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import {
  type Advancing,
  passGates,
  type Queued,
  type Running,
  rejoinWindow,
} from '../limits/index.ts';
import { replaceRun } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';

/**
 * Advances a queued run as far as it can go now. Whatever stops it is recorded with it: skipped,
 * held, or in line with a message of its own.
 * @returns the run as begun by this delivery, if nothing stops it
 */
export async function advanceRun(
  engine: Engine,
  queued: Queued,
  advancing: Advancing,
): Promise<Running | undefined> {
  let stored = queued;
  for (;;) {
    const begun = await tryToBegin(engine, stored, advancing);
    if (begun !== 'changed') return begun;
    // An event has joined it, or it was resumed: it is read again.
    const found = await engine.store.read(RUNS, stored.document.id);
    const run = found?.document;
    if (found && run?.status === 'skipped') {
      return void (await rejoinWindow(engine, { document: run, etag: found.etag }, advancing));
    }
    if (run?.status !== 'queued' || run.nextAttempt !== queued.document.nextAttempt) {
      return void (await finishOtherRun(engine, stored.document.id));
    }
    stored = { document: run, etag: found?.etag ?? '' };
  }
}

async function tryToBegin(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  try {
    return await passGates(engine, stored, advancing);
  } catch (error) {
    if (error instanceof ConflictError) return 'changed';
    if (!(error instanceof TerminalError)) throw error;
    // A key of the trigger cannot be rendered for this event: a later time does not change that.
    const failed = failRun(
      stored.document,
      { code: error.code, message: engine.redact(error.message) },
      toTimestamp(engine.clock),
    );
    await replaceRun(engine, failed, stored.etag);
    countRun(engine, failed, 'failed');
    await finishRun(engine, failed);
    return undefined;
  }
}
