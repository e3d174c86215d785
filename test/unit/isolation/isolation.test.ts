import { describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { Isolation, type Steps } from '../../../shared/heddle/pipeline/isolation/isolation.ts';
import { SUSPECTS } from '../../../shared/heddle/ports/collections.ts';
import type { Delivery } from '../../../shared/heddle/ports/event-queue.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { Crash, CrashPlan, crashable, silent } from '../../helpers/world.ts';

const NEVER = new Promise<never>(() => {});
const YIELD_MS = 1000;
const WINDOW_MS = 30_000;
const OFTEN = { interval: 1 };

type Fate = 'dies' | 'throws' | 'ends';

/** A clock whose timers end with the process. */
function createLife(clock: FakeClock) {
  let isOver = false;
  return {
    clock: {
      now: clock.now,
      after: (ms: number, callback: () => void) => clock.after(ms, () => isOver || callback()),
    },
    end() {
      isOver = true;
    },
  };
}

/** A store, and processes that die one after the other. */
function createScene() {
  const clock = createFakeClock();
  const store = new SqliteStore(SqliteDatabase.open(':memory:'), { clock });
  let plan = new CrashPlan();
  let life = createLife(clock);
  let isolation = new Isolation(life.clock);
  const log: string[] = [];
  const toSteps = (fate: Fate): Steps => {
    const act = (what: string) => async (delivery: Delivery) => {
      log.push(`${what} ${delivery.id}${delivery.isSuspect ? ' as suspect' : ''}`);
      if (fate === 'dies') await NEVER;
      if (fate === 'throws') throw new Error('it throws');
    };
    return {
      work: act('handles'),
      exhaust: act('exhausts'),
      giveUp: act('gives up'),
      bury: act('buries'),
    };
  };
  return {
    ...{ clock, log },
    die() {
      life.end();
      life = createLife(clock);
      isolation = new Isolation(life.clock);
    },
    /** The process dies at the chosen write. */
    plan(next: CrashPlan) {
      plan = next;
    },
    deliver(id: string, deliveryCount: number, fate: Fate = 'ends'): Promise<void> {
      const { signal } = new AbortController();
      const delivery = { id, body: '', sequence: 1, deliveryCount, signal };
      const engine = { clock: life.clock, logger: silent, store: crashable(store, () => plan) };
      const handling = isolation.handle(engine, delivery, toSteps(fate));
      handling.catch(() => undefined);
      return handling;
    },
    /** Lets time pass until there are as many lines. */
    async logged(lines: number): Promise<void> {
      const read = async () => {
        await clock.advance(YIELD_MS / 4);
        return log.length;
      };
      await expect.poll(read, OFTEN).toBe(lines);
    },
    /** Lets time pass until it has been handled. */
    async settled(handling: Promise<void>): Promise<unknown> {
      let isSettled = false;
      const end = () => {
        isSettled = true;
      };
      handling.then(end, end);
      const read = async () => {
        await clock.advance(YIELD_MS / 4);
        return isSettled;
      };
      await expect.poll(read, OFTEN).toBe(true);
      return handling.then(
        () => undefined,
        (error: unknown) => error,
      );
    },
    marks: async () => (await store.list(SUSPECTS, { limit: 10 })).items,
  };
}

type Scene = ReturnType<typeof createScene>;

/** Delivers it as often to processes that die of it. @returns how it is to be delivered next */
async function dieOf(scene: Scene, id: string, times: number): Promise<number> {
  for (let count = 1; count <= times; count++) {
    void scene.deliver(id, count, 'dies');
    await scene.logged(count);
    scene.die();
  }
  return times + 1;
}

/**
 * Throws it back, in a new process each time, until one has died at its planned write.
 * @returns how many have died
 */
async function throwBack(scene: Scene, times: number): Promise<number> {
  let deaths = 0;
  for (let count = 1; count <= times; count++) {
    const thrown = await scene.settled(scene.deliver('a', count, 'throws'));
    // A process knows what it threw back itself; a new one relies on what is recorded.
    scene.die();
    if (!(thrown instanceof Crash)) continue;
    deaths += 1;
    scene.plan(new CrashPlan());
  }
  return deaths;
}

describe('Isolation', () => {
  it('records nothing of a message that is dealt with at once', async () => {
    const scene = createScene();
    await scene.deliver('a', 1);
    expect(scene.log).toEqual(['handles a']);
    expect(await scene.marks()).toEqual([]);
  });

  it('suspects no message that its own process threw back', async () => {
    const scene = createScene();
    for (let count = 1; count <= 5; count++) {
      await expect(scene.deliver('a', count, 'throws')).rejects.toThrow('it throws');
    }
    await scene.deliver('a', 6);
    expect(new Set(scene.log)).toEqual(new Set(['handles a']));
    expect(await scene.marks()).toEqual([]);
  });

  it('gives up a message that its own process threw back ten times', async () => {
    const scene = createScene();
    for (let count = 1; count <= 10; count++) {
      await expect(scene.deliver('a', count, 'throws')).rejects.toThrow('it throws');
    }
    await scene.deliver('a', 11);
    expect(scene.log.at(-1)).toBe('exhausts a');
  });

  it('holds nothing against a message that another process threw back', async () => {
    const scene = createScene();
    expect(await throwBack(scene, 9)).toBe(0);
    expect(await scene.marks()).toMatchObject([{ state: 'thrown', crashes: 0, loneCrashes: 0 }]);
  });

  it('gives up a message of which the process has died twice while it was alone', async () => {
    const scene = createScene();
    const next = await dieOf(scene, 'a', 4);
    expect(await scene.marks()).toMatchObject([{ isAlone: true, crashes: 2, loneCrashes: 1 }]);
    await scene.settled(scene.deliver('a', next));
    expect(scene.log.at(-1)).toBe('gives up a as suspect');
    expect(await scene.marks()).toEqual([]);
  });

  it('gives up at the last delivery a message of which the process has died once', async () => {
    const scene = createScene();
    await dieOf(scene, 'a', 3);
    await scene.settled(scene.deliver('a', 99));
    expect(scene.log.at(-1)).toBe('gives up a as suspect');
  });

  it('buries a message whose giving up kills the process too', async () => {
    const scene = createScene();
    const next = await dieOf(scene, 'a', 5);
    await scene.settled(scene.deliver('a', next));
    expect(scene.log.slice(-2)).toEqual(['gives up a as suspect', 'buries a as suspect']);
    expect(await scene.marks()).toEqual([]);
  });

  it('does not count a death after others were let in', async () => {
    const scene = createScene();
    const next = await dieOf(scene, 'a', 2);
    void scene.deliver('a', next, 'dies');
    await scene.logged(next);
    await scene.clock.advance(WINDOW_MS);
    await expect.poll(scene.marks).toMatchObject([{ isAlone: false, crashes: 1 }]);
    scene.die();
    void scene.deliver('a', next + 1, 'dies');
    await scene.logged(next + 1);
    expect(await scene.marks()).toMatchObject([{ crashes: 2, loneCrashes: 0 }]);
  });

  it('keeps another message out while one is alone, until its window has passed', async () => {
    const scene = createScene();
    const next = await dieOf(scene, 'a', 2);
    void scene.deliver('a', next, 'dies');
    await scene.logged(next);
    const other = scene.deliver('b', 1);
    await scene.clock.advance(YIELD_MS);
    expect(scene.log).not.toContain('handles b');
    await scene.clock.advance(WINDOW_MS);
    await other;
    expect(scene.log.at(-1)).toBe('handles b');
  });

  it.each(['before', 'after'] as const)(
    'counts no more deaths than there were, if a process dies %s one of its writes',
    async (when) => {
      for (let at = 1; at <= 8; at++) {
        const scene = createScene();
        scene.plan(new CrashPlan(at, when));
        expect(await throwBack(scene, at + 3), `write ${at}`).toBe(1);
        const [mark] = await scene.marks();
        expect(mark?.crashes, `write ${at}`).toBeLessThanOrEqual(1);
        expect(mark?.loneCrashes, `write ${at}`).toBe(0);
      }
    },
  );
});
