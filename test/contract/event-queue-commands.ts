import fc, { type AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import type { ReceivedMessage } from '../../shared/heddle/ports/event-queue.ts';
import type { QueueModel } from './event-queue-model.ts';
import type { QueueSubject } from './queue-scene.ts';

type Command = AsyncCommand<QueueModel, QueueSubject>;

function toCommand(
  text: string,
  check: (model: QueueModel) => boolean,
  run: Command['run'],
): Command {
  return { check, run, toString: () => text };
}

const always = () => true;
const hasReceived = (model: QueueModel) => model.received.length > 0;

/** Picks one of the messages ever received, counted from the newest. */
function pick(model: QueueModel, nth: number): ReceivedMessage {
  const message = model.received.at(-1 - (nth % model.received.length));
  if (message === undefined) throw new Error('nothing was received yet');
  return message;
}

const send = (id: string, steps: number) =>
  toCommand(`send ${id} due in ${steps} locks`, always, async (model, { queue, lockMs }) => {
    const delayMs = steps * lockMs;
    const [sent] = await queue.send([{ id, body: id, delayMs }]);
    model.send(id, delayMs, sent);
  });

const receive = (max: number) =>
  toCommand(`receive ${max}`, always, async (model, { queue }) => {
    const batch = await queue.receive(max);
    expect(batch.length).toBeLessThanOrEqual(max);
    model.receive(batch);
  });

const complete = (nth: number) =>
  toCommand(`complete ${nth}`, hasReceived, async (model, { queue }) => {
    const message = pick(model, nth);
    const isHeld = model.held(message) !== undefined;
    expect(await queue.complete(message)).toBe(isHeld);
    if (isHeld) model.remove(message.sequence);
  });

const abandon = (nth: number) =>
  toCommand(`abandon ${nth}`, hasReceived, async (model, { queue }) => {
    const message = pick(model, nth);
    const held = model.held(message);
    expect(await queue.abandon(message)).toBe(held !== undefined);
    if (held !== undefined) model.release(held);
  });

const renew = (nth: number) =>
  toCommand(`renew ${nth}`, hasReceived, async (model, { queue }) => {
    const message = pick(model, nth);
    const held = model.held(message);
    expect(await queue.renewLock(message)).toBe(held !== undefined);
    if (held !== undefined) model.renew(held);
  });

const cancel = (nth: number) =>
  toCommand(
    `cancel ${nth}`,
    (model) => model.sequences.length > 0,
    async (model, { queue }) => {
      const sequence = model.sequences.at(-1 - (nth % model.sequences.length)) ?? 0;
      const isCancellable = model.isCancellable(sequence);
      expect(await queue.cancel(sequence)).toBe(isCancellable);
      if (isCancellable) model.remove(sequence);
    },
  );

const pass = () =>
  toCommand('a lock passes', always, async (model, { advance, lockMs }) => {
    await advance(lockMs);
    model.now += lockMs;
  });

const look = () =>
  toCommand('look', always, async (model, { queue }) => {
    expect(await queue.depth()).toBe(model.messages.size);
  });

/**
 * Creates random commands. Due times lie between the steps of time, so that a running clock does
 * not blur them.
 */
export function queueCommands(): fc.Arbitrary<Iterable<Command>> {
  const nth = fc.nat({ max: 5 });
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const steps = fc.constantFrom(0, 0, 0.5, 1.5);
  return fc.commands(
    [
      fc.tuple(id, steps).map(([some, delay]) => send(some, delay)),
      fc.integer({ min: 1, max: 3 }).map(receive),
      nth.map(complete),
      nth.map(abandon),
      nth.map(renew),
      nth.map(cancel),
      fc.constant(null).map(pass),
      fc.constant(null).map(look),
    ],
    { maxCommands: 60, size: 'max' },
  );
}
