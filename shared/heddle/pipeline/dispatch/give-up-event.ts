import type { EventMessage } from '../../domain/message.ts';
import { createQueuedRun, failRun } from '../../domain/run-transitions.ts';
import { ConflictError } from '../../errors/errors.ts';
import { giveUpRun } from '../attempts/index.ts';
import { finishRun, type GivenUp, keepDeadLetter } from '../completion/index.ts';
import { type Ending, type Engine, type Matching, toTimestamp } from '../engine/index.ts';
import { recordEvent } from '../events/index.ts';
import { insertRun, toNewRun } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';
import type { Selected } from './expand-items.ts';
import { type Arrived, selectRuns } from './select-runs.ts';

/**
 * Records the event of a message that is given up, and a failure of each run that it would start.
 */
export async function giveUpEvent(
  engine: Ending & Matching & Pick<Engine, 'logger' | 'runtime'>,
  message: EventMessage,
  givenUp: GivenUp,
): Promise<void> {
  const recorded = await recordEvent(engine, message.event);
  const arrived = { recorded, delivery: givenUp.delivery };
  const matched = await selectRuns(engine, message, arrived);
  const failed: string[] = [];
  for (const one of matched)
    if (await giveUpMatched(engine, one, { ...arrived, error: givenUp.error }))
      failed.push(one.runId);
  const eventKey = recorded.record.id;
  await keepDeadLetter(engine, givenUp, { kind: 'event', runIds: failed, eventKey });
}

/** @returns whether the run has failed by this, now or when it was given up before */
async function giveUpMatched(
  engine: Ending,
  { runId, trigger: name, item, event }: Selected,
  { recorded: { record }, delivery, error: reason }: Arrived & Pick<GivenUp, 'error'>,
): Promise<boolean> {
  const actor = engine.triggers.get(name)?.actor ?? '(unknown)';
  const now = toTimestamp(engine.clock);
  const run = createQueuedRun(toNewRun({ record, event }, { runId, item }, { name, actor }), now);
  try {
    const failed = await insertRun(engine, failRun(run, reason, now));
    countRun(engine, run, 'failed');
    await finishRun(engine, failed.document);
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return giveUpRun(engine, { runId }, { delivery, error: reason });
  }
}
