import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { dispatchIsolated } from '../../../shared/heddle/pipeline/dispatch/isolated-dispatch.ts';
import { toEventMessages } from '../../../shared/heddle/pipeline/events/event-messages.ts';
import { createOrder } from '../../../shared/heddle/pipeline/events/ordering-keys.ts';
import { Isolation } from '../../../shared/heddle/pipeline/isolation/isolation.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

const NEVER = new Promise<never>(() => {});
const OFTEN = { interval: 1 };

/** Actors of processes of which each dies by the actor "killer". */
function createScene() {
  const begun: string[] = [];
  let life = 0;
  class Innocent extends Actor {
    async execute(): Promise<string> {
      begun.push(`${life} ${this.context.triggerContext.triggerName}`);
      if (life === 1) await NEVER;
      return 'done';
    }
  }
  class Killer extends Actor {
    async execute(): Promise<void> {
      begun.push(`${life} ${this.context.triggerContext.triggerName}`);
      await NEVER;
    }
  }
  const triggers = toTriggers(
    { name: 'first', actor: 'innocent' },
    { name: 'killer', actor: 'killer' },
    { name: 'last', actor: 'innocent' },
  );
  const world = createWorld(triggers, { innocent: Innocent, killer: Killer });
  return {
    ...{ world, begun },
    /** A new process handles the message until `isOver`, and is gone. */
    async live(isOver: () => boolean | Promise<boolean>): Promise<void> {
      life += 1;
      void handleNext(world);
      const look = async () => {
        await world.clock.advance(100);
        return isOver();
      };
      await expect.poll(look, OFTEN).toBe(true);
      await world.clock.advance(LOCK_MS);
    },
  };
}

async function handleNext({ queue, clock, engine }: World): Promise<void> {
  const [message] = await queue.receive(1);
  if (!message) return;
  const { signal } = new AbortController();
  await dispatchIsolated(new Isolation(clock), { ...message, signal }, engine);
  await queue.complete(message);
}

it('fails only the run of an event of which the process dies, and ends the others', async () => {
  const { world, begun, live } = createScene();
  await world.send(createEvent());
  const hasBegun = (what: string) => () => begun.includes(what);
  await live(() => begun.length === 3);
  await live(hasBegun('2 killer'));
  await live(hasBegun('3 killer'));
  await live(hasBegun('4 killer'));
  await live(async () => (await world.deadLetters()).length > 0);
  expect(begun.slice(3)).toEqual(['2 first', '2 killer', '3 last', '3 killer', '4 killer']);
  const runs = await world.runs();
  expect(Object.fromEntries(runs.map(({ trigger, status }) => [trigger, status]))).toEqual({
    ...{ first: 'succeeded', killer: 'failed', last: 'succeeded' },
  });
  const killer = runs.find(({ trigger }) => trigger === 'killer');
  expect(killer).toMatchObject({ error: { code: 'process_died' } });
  expect(killer?.attempts.map(({ outcome }) => outcome)).toEqual(Array(4).fill('interrupted'));
  const reason = 'the process died 2 times while nothing but this message was handled';
  expect(await world.deadLetters()).toMatchObject([
    { kind: 'event', runIds: [killer?.id], reason },
  ]);
});

describe('items with an ordering key of which the process dies', () => {
  /** @param dies whether an item, which is tried for the nth time, kills the process */
  async function liveOn(dies: (id: number, nth: number) => boolean) {
    const ended: number[] = [];
    const tries = new Map<number, number>();
    let isGone = false;
    class Item extends Actor {
      async execute({ id }: { readonly id: number }): Promise<void> {
        const nth = (tries.get(id) ?? 0) + 1;
        tries.set(id, nth);
        isGone = dies(id, nth);
        if (isGone) await NEVER;
        ended.push(id);
      }
    }
    const trigger = { name: 'each', actor: 'item', forEach: '$.items', orderingKey: 'all' };
    const world = createWorld(toTriggers(trigger), { item: Item });
    const items = [1, 2, 3, 4].map((id) => ({ id }));
    const events = [{ id: 'e', type: 'push', data: { items }, fields: {} }];
    const request = { receivedAt: world.clock.now(), traceparent: undefined };
    const order = createOrder(world.engine);
    await world.queue.send(
      await toEventMessages('github', { events }, request, { verified: true }, order),
    );
    // The first message is that of triggers without an order.
    for (let life = 0; life < 9; life += 1) {
      isGone = false;
      let isHandled = false;
      void handleNext(world).then(() => {
        isHandled = true;
      });
      const isOver = async () => {
        await world.clock.advance(100);
        return isGone || isHandled;
      };
      await expect.poll(isOver, OFTEN).toBe(true);
      await world.clock.advance(LOCK_MS);
    }
    return { ended, world };
  }

  it('keep their order after a death', async () => {
    const { ended } = await liveOn((id, nth) => id === 2 && nth === 1);
    expect(ended).toEqual([1, 2, 3, 4]);
  });

  it('go before one that was there at two deaths, which alone fails', async () => {
    const { ended, world } = await liveOn((id) => id === 2);
    expect(ended).toEqual([1, 3, 4]);
    const failed = (await world.runs()).filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ item: { index: 1 }, error: { code: 'process_died' } }]);
  });
});
