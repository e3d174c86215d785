import { randomUUID } from 'node:crypto';
import type { Held } from '../../domain/limits.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { skipRun } from '../../domain/run-transitions.ts';
import { RUNS } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { type Engine, type Saving, toTimestamp } from '../engine/index.ts';
import { changeRun, findOrderingKeyOfRun, toRunMessage } from '../runs/index.ts';

export function isHeldByPause(run: Run): run is RunOf<'queued'> {
  return run.status === 'queued' && run.held?.limit === 'paused';
}

/**
 * Sends the messages of held runs in one go: a caller waits for the answer, and there may be
 * thousands. The runs stay recorded as held until they begin, so after a crash they are found and
 * sent again.
 */
export async function sendHeldRuns(
  engine: Pick<Engine, 'queue' | 'store' | 'triggers'>,
  runs: readonly RunOf<'queued'>[],
): Promise<void> {
  const messages = await Promise.all(runs.map((run) => toResumed(engine, run)));
  if (messages.length > 0) await engine.queue.send(messages);
}

/**
 * Makes a message of its own for each: an instance that does not know of the resumption yet may
 * have held the run again, in the same millisecond.
 */
async function toResumed(
  engine: Pick<Engine, 'store' | 'triggers'>,
  run: RunOf<'queued'>,
): Promise<OutgoingMessage> {
  const turn = `resumed:${randomUUID()}`;
  const message = toRunMessage(run.id, run.nextAttempt, { turn });
  const orderingKey = await findOrderingKeyOfRun(engine, run);
  return orderingKey === undefined ? message : { ...message, orderingKey };
}

/**
 * Skips a held run in favour of another.
 * @param by the run that is kept instead
 */
export async function supersede(engine: Saving, id: string, by: string): Promise<void> {
  await changeRun<void>(engine, id, (found) => {
    if (!found || !isHeldByPause(found)) return { result: undefined };
    const document = skipRun(found, toSuperseded(by), toTimestamp(engine.clock));
    return { document, result: undefined };
  });
}

function toSuperseded(by: string): Held {
  return { limit: 'paused', detail: 'the trigger is paused, and a later run was kept', by };
}

export async function findRun(
  { store }: Pick<Engine, 'store'>,
  id: string | undefined,
): Promise<Run | undefined> {
  return id === undefined ? undefined : (await store.read(RUNS, id))?.document;
}

export function isLater(one: Run, other: Run): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
  return one.id > other.id;
}
