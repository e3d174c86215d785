import type { RunOf } from '../../domain/run.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import type { Engine, Sending } from '../engine/index.ts';
import { toRunMessage } from './run-messages.ts';

/**
 * Leaves a queued run that has found no seat to its trigger's lane. Where the queue has no lanes its
 * message is delayed, and another is sent when a seat is free: the later of the two finds nothing
 * to do.
 * @param turn what distinguishes the message; absent: it is the first for this attempt
 */
export async function leaveToLane(
  engine: Sending & Pick<Engine, 'seats' | 'logger'>,
  run: RunOf<'queued'>,
  turn = run.dueAt,
): Promise<void> {
  const { queue, seats, logger } = engine;
  await queue.send([toLaneMessage(run, turn, seats?.toDelay(run.trigger))]);
  seats?.noteLeft(run.trigger, () => {
    const message = toLaneMessage(run, `${turn}:back`);
    queue.send([message]).catch((error: unknown) => {
      logger.warn(`A run is not called back, and waits for its message: ${String(error)}`, {
        runId: run.id,
      });
    });
  });
}

function toLaneMessage(run: RunOf<'queued'>, turn: string, delayMs = 0): OutgoingMessage {
  const { id, nextAttempt, held, trigger: lane } = run;
  // A run that was handed a slot keeps others from it meanwhile.
  const isUrgent = held !== undefined && held.limit !== 'paused';
  return { ...toRunMessage(id, nextAttempt, { turn, delayMs }), lane, isUrgent };
}
