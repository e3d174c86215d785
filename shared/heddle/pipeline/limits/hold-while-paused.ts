import type { Held } from '../../domain/limits.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { holdRun, skipRun } from '../../domain/run-transitions.ts';
import type { TriggerState } from '../../domain/trigger-state.ts';
import { leaveLine, releaseAllSlotsOfRun } from '../concurrency/index.ts';
import { type Engine, type Releasing, type Saving, toTimestamp } from '../engine/index.ts';
import { replaceRun } from '../runs/index.ts';
import { noteHeld } from '../telemetry/index.ts';
import type { Passing } from './gate.ts';
import { findRun, isHeldByPause, isLater, sendHeldRuns, supersede } from './held-runs.ts';
import { toWritten } from './pause-trigger.ts';

/**
 * Holds a run that is about to begin while its trigger is paused, or skips it, by `whilePaused`.
 */
export async function holdWhilePaused(
  engine: Saving & Releasing & Pick<Engine, 'states'>,
  { stored: { document: run, etag }, trigger: { name, whilePaused } }: Passing,
  { message = 'by an operator' }: TriggerState,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const detail = `the trigger is paused: ${message}`;
  const held: Held = { limit: 'paused', detail };
  // A pause holds no retries of other runs: they wait for the slots that this run has or is handed.
  await leaveLine(engine, run);
  const next = whilePaused === 'drop' ? skipRun(run, held, now) : holdRun(run, held, now);
  const { document } = await replaceRun<Run>(engine, next, etag);
  await releaseAllSlotsOfRun(engine, document);
  if (document.status !== 'queued') return;
  if (!run.held) noteHeld(engine, run, held);
  if (whilePaused === 'keepLast') await keepLast(engine, name, run);
  // The trigger may have been resumed in between: nobody else would release this run then.
  const latest = await engine.states.change(name, () => undefined);
  if (latest?.status !== 'paused') await sendHeldRuns(engine, [document]);
}

/**
 * Keeps the later one of two runs, in whatever order and however often they come to be held: if
 * each could replace the other, none would be left.
 */
async function keepLast(
  engine: Saving & Pick<Engine, 'states'>,
  name: string,
  run: RunOf<'queued'>,
): Promise<void> {
  for (;;) {
    const lastHeld = (await engine.states.change(name, () => undefined))?.lastHeld;
    const last = await findRun(engine, lastHeld);
    if (last && isHeldByPause(last) && isLater(last, run)) {
      return supersede(engine, run.id, last.id);
    }
    const state = await engine.states.change(name, (found) =>
      found?.lastHeld === lastHeld ? found && { ...toWritten(found), lastHeld: run.id } : undefined,
    );
    if (state && state.lastHeld !== run.id) continue;
    if (last && isLater(run, last)) await supersede(engine, last.id, run.id);
    return;
  }
}
