import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  DeliveryGate,
  type Leave,
} from '../../../shared/heddle/pipeline/isolation/delivery-gate.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

const YIELD_MS = 1000;
const DRAIN_MS = 10_000;
const STAGGER_MS = 500;
const WINDOW_MS = 30_000;

/** A gate, and who is within: each enters under a name, and leaves by it. */
function createScene() {
  const clock = createFakeClock();
  const gate = new DeliveryGate(clock);
  const within = new Map<string, Leave>();
  const shared: string[] = [];
  const keep = (name: string, entering: Promise<Leave>) => {
    void entering.then((leave) => within.set(name, leave));
    return turn();
  };
  return {
    ...{ clock, shared },
    names: () => [...within.keys()],
    enter: (name: string, isUrgent = false) => keep(name, gate.enter({ isUrgent })),
    stagger: (name: string) => keep(name, gate.enterStaggered()),
    alone: (
      name: string,
      rank = 1,
      share: () => Promise<unknown> = async () => shared.push(name),
    ) =>
      keep(
        name,
        gate.enterAlone({ rank, windowMs: WINDOW_MS, share: async () => void (await share()) }),
      ),
    async leave(name: string) {
      within.get(name)?.();
      within.delete(name);
      await turn();
    },
  };
}

describe('DeliveryGate', () => {
  it('lets deliveries in at the same time', async () => {
    const scene = createScene();
    await scene.enter('a');
    await scene.enter('b');
    expect(scene.names()).toEqual(['a', 'b']);
  });

  it('lets one be alone once the others have ended, and holds back who comes meanwhile', async () => {
    const scene = createScene();
    await scene.enter('a');
    await scene.alone('suspect');
    await scene.enter('b');
    await scene.clock.advance(YIELD_MS);
    await scene.enter('c');
    await scene.leave('a');
    expect(scene.names()).toEqual(['b']);
    await scene.leave('b');
    expect(scene.names()).toEqual(['suspect']);
    await scene.leave('suspect');
    expect(scene.names()).toEqual(['c']);
    expect(scene.shared).toEqual([]);
  });

  it('lets the others pass where those in flight do not end, and waits twice as long next time', async () => {
    const scene = createScene();
    await scene.enter('long');
    await scene.alone('suspect');
    await scene.clock.advance(YIELD_MS);
    await scene.enter('a');
    await scene.clock.advance(DRAIN_MS);
    expect(scene.names()).toEqual(['long', 'a']);
    await scene.leave('a');
    await scene.clock.advance(DRAIN_MS);
    await scene.enter('b');
    await scene.clock.advance(2 * DRAIN_MS - 1);
    expect(scene.names()).toEqual(['long']);
    await scene.clock.advance(1);
    expect(scene.names()).toEqual(['long', 'b']);
  });

  it('shares after the window, but only once that is recorded', async () => {
    const scene = createScene();
    const { promise, resolve } = Promise.withResolvers<void>();
    await scene.alone('suspect', 1, () => promise);
    await scene.clock.advance(YIELD_MS);
    await scene.enter('a');
    await scene.clock.advance(WINDOW_MS);
    expect(scene.names()).toEqual(['suspect']);
    resolve();
    await turn();
    expect(scene.names()).toEqual(['suspect', 'a']);
  });

  it('counts a shared one among those in flight when the next wants to be alone', async () => {
    const scene = createScene();
    await scene.alone('first');
    await scene.alone('second');
    await scene.clock.advance(YIELD_MS + WINDOW_MS);
    await scene.clock.advance(YIELD_MS);
    expect(scene.names()).toEqual(['first']);
    await scene.leave('first');
    expect(scene.names()).toEqual(['second']);
  });

  it('shares at once for an urgent delivery, which draining does not hold back either', async () => {
    const scene = createScene();
    await scene.enter('a');
    await scene.alone('suspect');
    await scene.clock.advance(YIELD_MS);
    await scene.enter('urgent-1', true);
    expect(scene.names()).toEqual(['a', 'urgent-1']);
    await scene.leave('a');
    expect(scene.names()).not.toContain('suspect');
    await scene.leave('urgent-1');
    expect(scene.names()).toEqual(['suspect']);
    await scene.enter('urgent-2', true);
    expect(scene.names()).toEqual(['suspect', 'urgent-2']);
    expect(scene.shared).toEqual(['suspect']);
  });

  it('lets who is suspected least go first', async () => {
    const scene = createScene();
    await scene.alone('killer', 3);
    await scene.alone('innocent', 1);
    await scene.clock.advance(YIELD_MS);
    expect(scene.names()).toEqual(['innocent']);
    await scene.leave('innocent');
    await scene.clock.advance(YIELD_MS);
    expect(scene.names()).toEqual(['killer']);
  });

  it('staggers: the next when the last has ended, or runs for a while', async () => {
    const scene = createScene();
    for (const name of ['a', 'b', 'c']) await scene.stagger(name);
    expect(scene.names()).toEqual(['a']);
    await scene.leave('a');
    expect(scene.names()).toEqual(['b']);
    await scene.clock.advance(STAGGER_MS);
    expect(scene.names()).toEqual(['b', 'c']);
  });

  it('counts a delivery once that leaves twice', async () => {
    const clock = createFakeClock();
    const gate = new DeliveryGate(clock);
    const leave = await gate.enter();
    await gate.enter();
    leave();
    leave();
    let isAlone = false;
    void gate.enterAlone({ rank: 1, windowMs: WINDOW_MS, share: async () => {} }).then(() => {
      isAlone = true;
    });
    await clock.advance(YIELD_MS + DRAIN_MS);
    expect(isAlone).toBe(false);
  });
});
