import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { toEventMessages } from '../../../shared/heddle/pipeline/events/event-messages.ts';
import { createOrder } from '../../../shared/heddle/pipeline/events/ordering-keys.ts';
import type { SourceEvent } from '../../../shared/heddle/sources/source.ts';
import { CrashPlan, createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

/** Records what each execution of a trigger's actor saw, in the order of their start. */
function createSubject(
  triggers: readonly object[],
  fails: (number: unknown, attempt: number) => boolean = () => false,
) {
  const seen: string[] = [];
  class Recorder extends Actor {
    async execute(input: { number: number }): Promise<void> {
      const { triggerName, attempt } = this.context.triggerContext;
      seen.push(`${triggerName} ${input.number}`);
      await Promise.resolve();
      if (fails(input.number, attempt)) throw new Error('not yet');
    }
  }
  const world = createWorld(toTriggers(...triggers), { recorder: Recorder });
  return { world, seen };
}

async function take(world: World, number: number, key: string): Promise<void> {
  const event: SourceEvent = { id: `e${number}`, type: 'push', data: { number, key }, fields: {} };
  const request = { receivedAt: world.clock.now(), traceparent: undefined };
  const order = createOrder(world.engine);
  const messages = await toEventMessages(
    'github',
    { events: [event] },
    request,
    { verified: true },
    order,
  );
  await world.engine.queue.send(messages);
}

const ordered = { name: 'ordered', actor: 'recorder', orderingKey: '{{ event.key }}' };
const plain = { name: 'plain', actor: 'recorder' };

describe('a trigger with an ordering key', () => {
  it('runs its events of one key in the order they came', async () => {
    const { world, seen } = createSubject([ordered]);
    for (let number = 1; number <= 5; number++) await take(world, number, 'k');
    await world.drain();
    expect(seen).toEqual([1, 2, 3, 4, 5].map((number) => `ordered ${number}`));
    expect((await world.runs()).map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
  });

  it('makes the attempts of one run before the next run of its key begins', async () => {
    const { world, seen } = createSubject(
      [{ ...ordered, retry: { delay: '1s' } }],
      (number, attempt) => number === 1 && attempt < 3,
    );
    await take(world, 1, 'k');
    await take(world, 2, 'k');
    const draining = world.drain();
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1000);
      await new Promise((turn) => setImmediate(turn));
    }
    await draining;
    expect(seen).toEqual(['ordered 1', 'ordered 1', 'ordered 1', 'ordered 2']);
    const runs = await world.runs();
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('runs each event once beside triggers that need no order', async () => {
    const { world, seen } = createSubject([ordered, plain]);
    await take(world, 1, 'k');
    await take(world, 2, 'k');
    await world.drain();
    expect(seen.toSorted()).toEqual(['ordered 1', 'ordered 2', 'plain 1', 'plain 2']);
    expect(await world.events()).toHaveLength(2);
    expect(await world.runs()).toHaveLength(4);
  });

  it('has one message more for each of its keys, and none for a blank one', async () => {
    const other = { ...ordered, name: 'other', orderingKey: '{{ event.number }}' };
    const same = { ...ordered, name: 'same' };
    const { world } = createSubject([ordered, same, other]);
    await take(world, 1, 'k');
    expect(await world.queue.depth()).toBe(3);
    await take(world, 2, ' ');
    expect(await world.queue.depth()).toBe(5);
  });

  it('takes an event without order when its template gives nothing', async () => {
    const { world, seen } = createSubject([ordered]);
    await take(world, 1, '');
    await world.drain();
    expect(seen).toEqual(['ordered 1']);
  });

  it.each(['before', 'after'] as const)(
    'runs each event, in order, when the process dies %s any of its writes',
    async (when) => {
      for (let write = 1; ; write++) {
        const { world } = createSubject([ordered, plain]);
        await take(world, 1, 'k');
        await take(world, 2, 'k');
        const plan = new CrashPlan(write, when);
        await world.drain([plan]);
        const runs = await world.runs();
        expect(runs.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
        const ends = runs
          .filter(({ trigger }) => trigger === 'ordered')
          .toSorted((a, b) => Number(a.eventId > b.eventId) - Number(a.eventId < b.eventId))
          .map((run) => ('endedAt' in run ? run.endedAt : ''));
        expect(ends).toEqual(ends.toSorted());
        if (!plan.hasCrashed) break;
      }
    },
  );

  it('fails only its own runs when its message is given up', async () => {
    const { world } = createSubject([ordered, plain]);
    await take(world, 1, 'k');
    // The receiver of the key's messages dies with them; the others are handled.
    const { dispatchable } = { dispatchable: () => world.queue.receive(16) };
    for (let delivery = 1; delivery <= 10; delivery++) {
      for (const message of await dispatchable()) {
        if (message.orderingKey === undefined) await world.queue.abandon(message);
      }
      await world.work(new CrashPlan(1, 'before'));
      await world.clock.advance(LOCK_MS + 1);
    }
    await world.drain();
    const byTrigger = new Map((await world.runs()).map(({ trigger, status }) => [trigger, status]));
    expect(byTrigger.get('ordered')).toBe('failed');
    expect(await world.queue.depth()).toBe(0);
  });
});
