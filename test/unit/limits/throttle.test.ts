import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { cancelRunById } from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { deliver, settle } from '../../helpers/gated-actor.ts';
import { createGatedScene } from '../../helpers/gated-scene.ts';
import { readmeExample } from '../../helpers/readme-example.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

const PERIOD_MS = 60_000;
const THROTTLE = { limit: 3, period: '1m' };

interface Begin {
  readonly eventId: string;
  readonly trigger: string;
  readonly at: number;
}

/** Triggers whose actor notes when it begins, and fails the first attempts of `fails…`. */
function create(...written: readonly Written[]) {
  const begun: Begin[] = [];
  class Noting extends Actor {
    execute(): void {
      const { eventId, triggerName: trigger, attempt } = this.context.triggerContext;
      begun.push({ eventId, trigger, at: world.clock.now() });
      if (eventId.startsWith('fails') && attempt === 1) throw new Error('once');
    }
  }
  const triggers = written.map((one, n) => ({ name: `t${n}`, actor: 'noting', ...one }));
  const world: World = createWorld(toTriggers(...triggers), { noting: Noting });
  return { world, begun };
}

async function send(world: World, ids: readonly string[], data: object = {}): Promise<void> {
  for (const id of ids) await world.send(createEvent({ id, data: { ...data }, fields: {} }));
}

/** Lets time pass in small steps, with all that comes due. */
async function pass(world: World, ms: number, plan?: CrashPlan, step = 500): Promise<void> {
  for (let at = 0; at < ms; at += step) {
    while ((await world.work(plan?.hasCrashed ? undefined : plan)) > 0) await settle();
    await world.clock.advance(step);
  }
}

/** When runs have begun, as they are recorded. */
async function firstAttempts(world: World): Promise<readonly Begin[]> {
  return (await world.runs()).map(({ eventId, trigger, attempts: [first] }) => {
    return { eventId, trigger, at: Date.parse(first?.startedAt ?? '') };
  });
}

/** The most runs that have begun within any period. */
function toMost(begun: readonly Begin[]): number {
  const within = (from: number) =>
    begun.filter(({ at }) => at >= from && at < from + PERIOD_MS).length;
  return Math.max(0, ...begun.map(({ at }) => within(at)));
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => `e${n}`);

describe('a throttle', () => {
  it('lets no more begin within any period, in order, and loses none', async () => {
    const { world, begun } = create({ throttle: THROTTLE });
    await send(world, ['e0']);
    await pass(world, 20_000);
    await send(world, ids(10).slice(1));
    await pass(world, 4 * PERIOD_MS);
    expect(begun.map(({ eventId }) => eventId).toSorted()).toEqual(ids(10));
    expect(toMost(begun)).toBe(3);
    const start = begun[0]?.at ?? 0;
    const minutes = begun.map(({ at }) => Math.floor((at - start) / 1000));
    expect(minutes).toEqual([0, 20, 20, 60, 80, 80, 120, 140, 140, 180]);
    expect((await world.store.list(WAITERS, { limit: 9 })).items).toEqual([]);
  });

  it('says what holds a run, and until when at least', async () => {
    const { world } = create({ throttle: { ...THROTTLE, key: '{{ event.to }}' } });
    await send(world, ids(4), { to: 'a' });
    await pass(world, 1000);
    const waiting = (await world.runs()).find(({ status }) => status === 'queued');
    expect(waiting).toMatchObject({
      held: {
        ...{ limit: 'throttle', key: 'a', until: expect.any(String) },
        detail: '3 runs may begin within 60 s, and others are first',
      },
    });
  });

  it('counts by key, and no event without one', async () => {
    const { world, begun } = create({
      throttle: { limit: 1, period: '1m', key: '{{ event.to }}' },
    });
    await send(world, ['a1', 'a2'], { to: 'a' });
    await send(world, ['b1', 'b2'], { to: 'b' });
    await send(world, ['n1', 'n2']);
    await pass(world, 1000);
    const held = (await world.runs()).filter(({ status }) => status === 'queued');
    const detail = '1 run may begin within 60 s, and others are first';
    expect(held).toMatchObject([{ held: { detail } }, { held: { detail } }]);
    const early = begun.map(({ eventId }) => eventId).toSorted();
    expect(early).toEqual(['a1', 'b1', 'n1', 'n2']);
    await pass(world, PERIOD_MS + 1000);
    expect(begun).toHaveLength(6);
  });

  it('counts a run once, however often it is tried', async () => {
    const { world, begun } = create({
      ...{ throttle: { limit: 1, period: '1m' }, retry: { delay: '1s', jitter: 'none' } },
    });
    await send(world, ['fails', 'b']);
    await pass(world, 10_000);
    expect(begun.map(({ eventId }) => eventId)).toEqual(['fails', 'fails']);
    await pass(world, PERIOD_MS);
    expect(begun.at(-1)?.eventId).toBe('b');
  });

  it('gives the highest priority the next place', async () => {
    const { world, begun } = create({
      throttle: { limit: 1, period: '1m' },
      priority: '{{ event.p }}',
    });
    await send(world, ['first'], { p: 0 });
    await pass(world, 500);
    await send(world, ['low'], { p: -1 });
    await pass(world, 500);
    await send(world, ['high'], { p: 5 });
    await pass(world, 3 * PERIOD_MS);
    expect(begun.map(({ eventId }) => eventId)).toEqual(['first', 'high', 'low']);
  });

  it('gives the place of a run that is cancelled in line to the next', async () => {
    const { world, begun } = create({ throttle: { limit: 1, period: '1m' } });
    await send(world, ['a']);
    await pass(world, 500);
    await send(world, ['b']);
    await pass(world, 500);
    await send(world, ['c']);
    await pass(world, 500);
    const b = (await world.runs()).find(({ eventId }) => eventId === 'b');
    await cancelRunById(world.engine, b?.id ?? '', 'by an operator');
    await pass(world, PERIOD_MS + 2000);
    expect(begun.map(({ eventId }) => eventId)).toEqual(['a', 'c']);
  });

  it('holds together with a number of slots', async () => {
    const { world, begun } = create({ throttle: THROTTLE, maxConcurrent: 1 });
    await send(world, ids(7));
    await pass(world, 3 * PERIOD_MS);
    expect(begun).toHaveLength(7);
    expect(toMost(begun)).toBe(3);
  });

  it('lets each begin as soon as a place is free, although its period is shorter than a lease', async () => {
    const { world, begun } = create({ throttle: { limit: 1, period: '2s' } });
    await send(world, ids(8));
    await pass(world, 16_000, undefined, 100);
    const start = begun[0]?.at ?? 0;
    const gaps = begun.slice(1).map(({ at }, n) => at - (begun[n]?.at ?? start));
    expect(gaps).toHaveLength(7);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2200);
  });

  it('is on time for those behind a run that has kept its place for a slot', async () => {
    const throttle = { limit: 1, period: '2s' };
    const { gate, world, send: sendOne } = createGatedScene({ throttle, maxConcurrent: 1 });
    const wait = async (ms: number, step: number) => {
      for (let at = 0; at < ms; at += step) {
        await deliver(world);
        await world.clock.advance(step);
      }
    };
    for (const id of ['long', 'b', 'c', 'd']) {
      await sendOne(id);
      await wait(100, 100);
    }
    await wait(5000, 100);
    expect(gate.begun).toEqual(['long']);
    for (const id of ['long', 'b', 'c']) {
      await gate.end(id);
      await wait(2500, 100);
    }
    expect(gate.begun).toEqual(['long', 'b', 'c', 'd']);
  });

  it('is that of the page', async () => {
    const { triggers } = readmeExample('So many in a time: `throttle`');
    const [trigger] = triggers as readonly [Written];
    const { world, begun } = create({
      ...trigger,
      source: 'github',
      eventType: '*',
      actor: 'noting',
    });
    await send(world, ids(7), { customer: 'one' });
    await pass(world, 1000);
    expect(begun).toHaveLength(5);
  });
});

describe('a throttle that changes while runs wait for it', () => {
  const slow = { throttle: { limit: 1, period: '1h' } };
  const change = (world: World, written: Written) => {
    world.engine.catalogue.replace('base', toTriggers({ name: 't0', actor: 'noting', ...written }));
  };

  it('holds none any more some minutes after it is removed', async () => {
    const { world, begun } = create(slow);
    await send(world, ids(120));
    await pass(world, 5000);
    expect(begun).toHaveLength(1);
    change(world, {});
    await pass(world, 420_000, undefined, 5000);
    expect(begun).toHaveLength(120);
    expect((await world.store.list(WAITERS, { limit: 9 })).items).toEqual([]);
  });

  it('counts by its new number, raised or lowered', async () => {
    const { world, begun } = create({ throttle: { limit: 2, period: '1m' } });
    await send(world, ids(20));
    await pass(world, 5000);
    change(world, { throttle: { limit: 5, period: '1m' } });
    await pass(world, PERIOD_MS);
    expect(begun).toHaveLength(7);
    change(world, { throttle: { limit: 1, period: '1m' } });
    await pass(world, 3 * PERIOD_MS);
    expect(begun.length).toBeLessThanOrEqual(10);
    expect(begun.length).toBeGreaterThanOrEqual(9);
  });
});

describe('a throttle with a long line', () => {
  it('costs each run the same number of writes', async () => {
    const costOf = async (count: number) => {
      const { world, begun } = create({ throttle: { limit: 5, period: '1s' } });
      await send(world, ids(count));
      const plan = new CrashPlan();
      for (let at = 0; at < 2 * count && begun.length < count; at++) {
        while ((await world.work(plan)) > 0) await settle();
        await world.clock.advance(100);
      }
      expect(begun).toHaveLength(count);
      return plan.writes / count;
    };
    const [few, many] = [await costOf(10), await costOf(80)];
    expect(many).toBeLessThan(1.5 * few);
  });
});

describe('a throttle whose process dies', () => {
  it.each(['before', 'after'] as const)(
    'loses no run and lets none too many begin: %s any write',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        const { world } = create({ throttle: { limit: 1, period: '1m' } });
        await send(world, ids(3));
        await pass(world, 5 * PERIOD_MS, plan, 5000);
        await pass(world, 3 * PERIOD_MS, undefined, 5000);
        const ends = (await world.runs()).map(({ status }) => status);
        expect(ends, `write ${at}`).toEqual(['succeeded', 'succeeded', 'succeeded']);
        expect(toMost(await firstAttempts(world)), `write ${at}`).toBe(1);
        if (!plan.hasCrashed) break;
      }
    },
  );
});
