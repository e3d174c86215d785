import { toEventKey } from '../../domain/ids.ts';
import { RUNS } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import type { Outcome, Reply } from '../../sources/source.ts';
import { dispatch } from '../dispatch/index.ts';
import { readFirst } from '../documents/index.ts';
import type { Engine } from '../engine/index.ts';
import type { RunReply } from './ingest.ts';

/** Maximum time that a sender waits. After that it is answered without its run's answer. */
const MAX_WAIT_MS = 10_000;

/** Delay of the event's message: the queue delivers it if this process has died meanwhile. */
const TAKE_OVER_MS = 60_000;

/**
 * Runs an event at once, for a sender that waits for its run's answer. The event is durable first:
 * its message is due only later, is taken back when the run has ended, and carries the run on if
 * this process dies. A duplicate gets the answer of the first delivery's run.
 */
export async function replyFromRun(
  engine: Engine,
  source: string,
  outcome: Outcome,
  message: OutgoingMessage,
): Promise<RunReply> {
  const [sent] = await engine.queue.send([{ ...message, delayMs: TAKE_OVER_MS }]);
  const find = () => findReply(engine, source, outcome);
  if (typeof sent !== 'number') return { isDuplicate: true, reply: await find() };
  const sequence = sent;
  const { promise: expired, resolve } = Promise.withResolvers<undefined>();
  const cancel = engine.clock.after(MAX_WAIT_MS, () => resolve(undefined));
  const run = runNow(engine, message.body, sequence).then(find);
  // The message is still there to carry the run on, whatever fails here.
  const answer = run.catch((error: unknown) => {
    engine.logger.warn(
      `An event could not be run at once, and waits for its message: ${String(error)}`,
      { sequence },
    );
    return undefined;
  });
  const reply = await Promise.race([answer, expired]);
  cancel();
  return { isDuplicate: false, reply };
}

async function runNow(engine: Engine, body: string, sequence: number): Promise<void> {
  const { signal } = new AbortController();
  const delivery = { id: '', body, sequence, deliveryCount: 0, signal };
  const { isNew } = await dispatch(delivery, engine);
  // A duplicate's run may still need the message: it stays, and finds nothing to do.
  if (isNew) await engine.queue.cancel(sequence);
}

/** Finds the answer of the event's runs: that of the first whose output is one. */
async function findReply(
  engine: Pick<Engine, 'store'>,
  source: string,
  { events, toReply }: Outcome,
): Promise<Reply | undefined> {
  const [event] = events;
  if (!event || !toReply) return undefined;
  const where = { eventKey: toEventKey(source, event.id) };
  for (const run of await readFirst(engine.store, RUNS, { where, limit: 100 })) {
    const reply = run.status === 'succeeded' ? toReply(run.output) : undefined;
    if (reply) return reply;
  }
  return undefined;
}
