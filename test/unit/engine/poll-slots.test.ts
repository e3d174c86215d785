import { describe, expect, it } from 'vitest';
import { Poller, type PollResult, skip } from '../../../shared/heddle/actors/poller.ts';
import { PollSlots } from '../../../shared/heddle/pipeline/engine/poll-slots.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createPollScene } from '../../helpers/poll-scene.ts';

const SLOTS = 8;

describe('slots for polls', () => {
  it('are taken by so many, and released', () => {
    const slots = new PollSlots(2, createFakeClock());
    const leave = slots.take('a');
    expect(slots.take('b')).toBeTypeOf('function');
    expect(slots.take('c')).toBeUndefined();
    leave?.();
    expect(slots.take('c')).toBeTypeOf('function');
  });

  it('go first to those that were refused first', () => {
    const slots = new PollSlots(1, createFakeClock());
    const leave = slots.take('a');
    for (const name of ['b', 'c', 'b']) expect(slots.take(name)).toBeUndefined();
    leave?.();
    for (const name of ['a', 'c']) expect(slots.take(name)).toBeUndefined();
    expect(slots.take('b')).toBeTypeOf('function');
  });

  it('are not kept for one that does not come again', async () => {
    const clock = createFakeClock();
    const slots = new PollSlots(1, clock);
    const leave = slots.take('a');
    slots.take('b');
    leave?.();
    await clock.advance(5001);
    expect(slots.take('c')).toBeTypeOf('function');
  });
});

/** Creates ten triggers whose polls last until they are ended. */
function createCrowd(pollInterval: string) {
  const { promise, resolve } = Promise.withResolvers<PollResult>();
  const begun: string[] = [];
  class Slow extends Poller {
    override readonly name = 'slow';
    override readonly pollInterval = pollInterval;
    override poll({ trigger }: { readonly trigger: string }) {
      begun.push(trigger);
      return promise;
    }
  }
  const names = Array.from({ length: 10 }, (_, index) => `slow-${index}`);
  const triggers = names.map((name) => ({ name, poll: { poller: 'slow' } }));
  return {
    ...{ begun, names, scene: createPollScene({ slow: Slow }, triggers) },
    end: () => resolve(skip()),
  };
}

describe('polls that are due at once', () => {
  it('and find no slot hold no message, and are made when one is free', async () => {
    const { begun, names, scene, end } = createCrowd('1m');
    for (const name of names) await scene.sendPoll(name, 0);
    const busy = scene.world.work();
    await expect.poll(() => begun.length).toBe(SLOTS);
    await scene.world.clock.advance(1000);
    expect(await scene.world.work()).toBe(2);
    expect(begun).toHaveLength(SLOTS);
    end();
    await busy;
    await scene.world.clock.advance(1000);
    await scene.world.work();
    expect(begun.toSorted()).toEqual(names);
    for (const name of names) expect(await scene.record(name)).toMatchObject({ polls: 1 });
  });

  it('and find none until the next are due are left out, and counted', async () => {
    const { begun, names, scene, end } = createCrowd('1s');
    for (const name of names) await scene.sendPoll(name, 0);
    const busy = scene.world.work();
    await expect.poll(() => begun.length).toBe(SLOTS);
    await scene.world.clock.advance(1000);
    await scene.world.work();
    end();
    await busy;
    const left = names.filter((name) => !begun.includes(name));
    for (const name of left) expect(await scene.record(name)).toMatchObject({ leftOut: 1 });
    expect(await scene.world.queue.depth()).toBe(0);
  });

  it('are made without a slot where they were begun before a crash', async () => {
    const { begun, names, scene, end } = createCrowd('1m');
    const [crashed = '', ...others] = names;
    await scene.sendPoll(crashed, 0);
    await scene.world.queue.receive(1);
    await scene.world.clock.advance(9000);
    for (const name of others) await scene.sendPoll(name, 9);
    const busy = scene.world.work();
    await expect.poll(() => begun.length).toBe(SLOTS);
    await scene.world.clock.advance(1001);
    const again = scene.world.work();
    await expect.poll(() => begun.at(-1)).toBe(crashed);
    end();
    await Promise.all([busy, again]);
  });
});
