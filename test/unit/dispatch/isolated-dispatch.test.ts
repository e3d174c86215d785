import { expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { dispatchIsolated } from '../../../shared/heddle/pipeline/dispatch/isolated-dispatch.ts';
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
