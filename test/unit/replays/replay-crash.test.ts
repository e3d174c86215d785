import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { resumeReplay, startReplay } from '../../../shared/heddle/pipeline/replays/replay-jobs.ts';
import { REPLAYS } from '../../../shared/heddle/ports/collections.ts';
import { createReplayScene, type ReplayScene } from '../../helpers/replay-scene.ts';
import { CrashPlan, LOCK_MS } from '../../helpers/world.ts';

const EVENTS = 5;
const ask = { query: { source: 'github' }, uses: 'present', rate: 2, preview: false } as const;

async function prepare(): Promise<ReplayScene> {
  const scene = createReplayScene([{ name: 'a' }, { name: 'b' }]);
  for (let index = 0; index < EVENTS; index++) await scene.take(`e${index}`);
  return scene;
}

/** Asks again with the same key, as a caller without a response does. */
async function start({ world }: ReplayScene, plan: CrashPlan): Promise<void> {
  world.crashNext(plan);
  const begin = () => startReplay(world.engine, { ...ask, key: 'k' });
  await begin().catch(async () => {
    world.crashNext(new CrashPlan());
    await begin();
  });
}

/** Works on one plan through all turns, so that it may crash at any write of any of them. */
async function workThrough({ world }: ReplayScene, plan: CrashPlan): Promise<void> {
  while (!plan.hasCrashed && (await world.queue.depth()) > 0) {
    await world.work(plan);
    await world.clock.advance(LOCK_MS + 1);
  }
}

async function expectWhole(scene: ReplayScene, crashes: number): Promise<void> {
  const { items } = await scene.world.store.list(REPLAYS, { limit: 10 });
  expect(items).toMatchObject([
    { status: 'done', found: EVENTS, replayed: EVENTS, runs: 2 * EVENTS, omitted: {} },
  ]);
  const replays = await scene.replays();
  expect(replays).toHaveLength(2 * EVENTS);
  for (const { status } of replays) expect(status).toBe('succeeded');
  expect(new Set(replays.map(({ eventId, trigger }) => eventId + trigger)).size).toBe(2 * EVENTS);
  const executed = scene.executions.filter(({ isReplay }) => isReplay).length;
  expect(executed).toBeLessThanOrEqual(2 * EVENTS + 16 * crashes);
  if (crashes === 0) expect(executed).toBe(2 * EVENTS);
  expect(await scene.world.queue.depth()).toBe(0);
  expect(await scene.world.deadLetters()).toEqual([]);
}

describe('a replay by query', () => {
  it.each(['before', 'after'] as const)(
    'ends the same when the process dies %s any one of its writes',
    async (when) => {
      for (let write = 1; ; write++) {
        const scene = await prepare();
        const plan = new CrashPlan(write, when);
        await start(scene, plan);
        await workThrough(scene, plan);
        await scene.world.drain();
        await expectWhole(scene, plan.hasCrashed ? 1 : 0);
        if (!plan.hasCrashed) break;
      }
    },
    120_000,
  );

  it('ends the same however often the process dies, and is resumed meanwhile', async () => {
    const crash = fc.record({
      at: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
      isResumed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { maxLength: 5 }), async (crashes) => {
        const scene = await prepare();
        await start(scene, new CrashPlan());
        let count = 0;
        for (const { at, when, isResumed } of crashes) {
          const plan = new CrashPlan(at, when);
          await workThrough(scene, plan);
          count += plan.hasCrashed ? 1 : 0;
          scene.world.crashNext(new CrashPlan());
          const [job] = (await scene.world.store.list(REPLAYS, { limit: 1 })).items;
          if (isResumed && job?.status === 'running')
            await resumeReplay(scene.world.engine, job.id);
        }
        await scene.world.drain();
        await expectWhole(scene, count);
      }),
      { numRuns: 30 },
    );
  });

  it('does nothing twice when the message of a turn is delivered twice', async () => {
    const scene = await prepare();
    await start(scene, new CrashPlan());
    const [first] = await scene.world.queue.receive(1);
    if (!first) throw new Error('expected a message');
    await scene.world.clock.advance(LOCK_MS + 1);
    await scene.deliver();
    await scene.world.queue.send([{ id: 'a copy', body: first.body }]);
    await scene.world.drain();
    await expectWhole(scene, 0);
  });

  it('does nothing twice when two handle the same turn at once', async () => {
    const scene = await prepare();
    await start(scene, new CrashPlan());
    const [first] = await scene.world.queue.receive(1);
    if (!first) throw new Error('expected a message');
    const delivery = { ...first, signal: new AbortController().signal };
    const { engine } = scene.world;
    await Promise.all([dispatch(delivery, engine), dispatch(delivery, engine)]);
    await scene.world.queue.complete(first);
    await scene.world.drain();
    await expectWhole(scene, 0);
  });
});
