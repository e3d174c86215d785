import { describe, expect, it } from 'vitest';
import type { ReplayJob } from '../../../shared/heddle/domain/replay-job.ts';
import { resubmit } from '../../../shared/heddle/pipeline/commands/resubmit.ts';
import {
  abortReplay,
  type QueryAsk,
  resumeReplay,
  startReplay,
} from '../../../shared/heddle/pipeline/replays/replay-jobs.ts';
import { REPLAYS } from '../../../shared/heddle/ports/collections.ts';
import { createReplayScene, type ReplayScene, rejectedWith } from '../../helpers/replay-scene.ts';
import { CrashPlan, LOCK_MS } from '../../helpers/world.ts';

const rejected = (status: number, code: string) =>
  expect.toSatisfy(rejectedWith(status, code), `${status} ${code}`);

const SECOND = 1000;

async function start(scene: ReplayScene, ask: Partial<QueryAsk> = {}): Promise<ReplayJob> {
  const query = { source: 'github' };
  const asked = { query, uses: 'present', rate: 10, preview: false, ...ask } as const;
  const job = await startReplay(scene.world.engine, asked);
  if ('sample' in job) throw new Error('expected a job');
  return job;
}

async function read(scene: ReplayScene, { id }: ReplayJob): Promise<ReplayJob> {
  const stored = await scene.world.store.read(REPLAYS, id);
  if (!stored) throw new Error(`expected replay ${id}`);
  return stored.document;
}

/** Event ids `e00`, `e01`, … */
const toId = (index: number) => `e${String(index).padStart(2, '0')}`;
const toIds = (count: number) => Array.from({ length: count }, (_, index) => toId(index));

async function takeMany(scene: ReplayScene, count: number): Promise<void> {
  for (const id of toIds(count)) await scene.take(id);
}

const replayedIds = ({ executions }: ReplayScene) =>
  executions.flatMap(({ isReplay, eventId }) => (isReplay ? eventId : []));

/** Lets a second pass, and does what is due. */
async function turn(scene: ReplayScene): Promise<void> {
  await scene.world.clock.advance(SECOND);
  await scene.deliver();
}

async function finish(scene: ReplayScene, job: ReplayJob): Promise<ReplayJob> {
  for (let turns = 0; turns < 20; turns++) await turn(scene);
  return read(scene, job);
}

describe('a replay of what a query finds', () => {
  it('leaves out what comes in after it was asked for, though its time has not come', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 3);
    const until = new Date(scene.world.clock.now() + 3_600_000).toISOString();
    const job = await start(scene, { query: { source: 'github', until }, rate: 1 });
    await scene.take('later');
    expect(await finish(scene, job)).toMatchObject({ status: 'done', replayed: 3 });
    expect(replayedIds(scene)).toEqual(toIds(3));
  });

  it('replays the oldest first, no more in a second than its rate', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 25);
    const job = await start(scene);
    expect(job).toMatchObject({
      status: 'running',
      found: 25,
      isMore: false,
      replayed: 0,
      runs: 0,
    });
    await scene.deliver();
    expect(replayedIds(scene).toSorted()).toEqual(toIds(10));
    await scene.world.clock.advance(SECOND - 1);
    await scene.deliver();
    expect(replayedIds(scene)).toHaveLength(10);
    await scene.world.clock.advance(1);
    await scene.deliver();
    expect(replayedIds(scene).toSorted()).toEqual(toIds(20));
    expect(await read(scene, job)).toMatchObject({ status: 'running', replayed: 20, runs: 20 });
    await turn(scene);
    expect(replayedIds(scene).toSorted()).toEqual(toIds(25));
    const ended = await read(scene, job);
    expect(ended).toMatchObject({ status: 'done', replayed: 25, runs: 25, omitted: {} });
    expect(ended).not.toHaveProperty('continuation');
    expect(await scene.world.queue.depth()).toBe(0);
    for (const { replay } of await scene.replays()) expect(replay?.replayId).toBe(job.id);
  });

  it('never finds what it has made itself, nor what comes in after it', async () => {
    const scene = createReplayScene();
    scene.isBroken = true;
    await takeMany(scene, 3);
    const ofRuns = await start(scene, { query: { trigger: 't', status: 'failed' }, rate: 1 });
    const ofEvents = await start(scene, { rate: 1 });
    await turn(scene);
    await scene.take('later');
    const ended = [await finish(scene, ofRuns), await finish(scene, ofEvents)];
    for (const job of ended) expect(job).toMatchObject({ status: 'done', replayed: 3, runs: 3 });
    expect(replayedIds(scene)).not.toContain('later');
    expect(replayedIds(scene)).toHaveLength(6);
  });

  it('is counted and sampled first where that is asked for, and nothing is made', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 12);
    const ask = { query: { type: 'push' }, uses: 'present', rate: 10, preview: true } as const;
    expect(await startReplay(scene.world.engine, ask)).toEqual({
      ...{ of: 'events', found: 12, isMore: false },
      sample: toIds(10),
    });
    const ofRuns = { ...ask, query: { trigger: 't', status: 'succeeded', type: 'push' } };
    const { id } = await scene.runOf('e00');
    expect(await startReplay(scene.world.engine, ofRuns)).toMatchObject({
      ...{ of: 'runs', found: 12, sample: expect.arrayContaining([id]) },
    });
    expect((await scene.world.store.list(REPLAYS, { limit: 10 })).items).toEqual([]);
    expect(await scene.world.queue.depth()).toBe(0);
  });

  it('takes events by source, type, time and whether any trigger matched', async () => {
    const scene = createReplayScene([{ name: 't', eventType: 'push' }]);
    await scene.take('a', { type: 'push' });
    await scene.take('b', { type: 'issues.opened' });
    const between = new Date(scene.world.clock.now()).toISOString();
    await scene.take('c', { type: 'issues' });
    await scene.take('d', { type: 'push', source: 'other' });
    const sample = async (query: QueryAsk['query']) => {
      const ask = { query, uses: 'original', rate: 1, preview: true } as const;
      const preview = await startReplay(scene.world.engine, ask);
      return 'sample' in preview && preview.sample.join('');
    };
    expect(await sample({ source: 'github' })).toBe('abc');
    expect(await sample({ type: 'issues' })).toBe('bc');
    expect(await sample({ type: 'issues.opened' })).toBe('b');
    expect(await sample({ status: 'matched' })).toBe('a');
    expect(await sample({ status: 'unmatched' })).toBe('bcd');
    expect(await sample({ since: between })).toBe('cd');
    expect(await sample({ until: between, type: 'push' })).toBe('a');
    expect(await sample({ until: '2099-01-01T00:00:00.000Z' })).toBe('abcd');
  });

  it('runs one trigger alone, also one that was not there when its events came', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 3);
    await scene.take('elsewhere', { source: 'other' });
    scene.define({ name: 't' }, { name: 'late' });
    const job = await start(scene, { query: { trigger: 'late' } });
    expect(job).toMatchObject({ found: 3, query: { source: 'github', trigger: 'late' } });
    expect(await finish(scene, job)).toMatchObject({ status: 'done', runs: 3 });
    expect((await scene.replays()).map(({ trigger }) => trigger)).toEqual(['late', 'late', 'late']);
    const unknown = start(scene, { query: { trigger: 'nobody' } });
    await expect(unknown).rejects.toEqual(rejected(422, 'trigger_not_found'));
  });

  it('makes failed runs again, each once, however often they have failed in replays', async () => {
    const scene = createReplayScene();
    await scene.take('good');
    scene.isBroken = true;
    await takeMany(scene, 2);
    const query = { trigger: 't', status: 'failed' };
    await finish(scene, await start(scene, { query }));
    scene.isBroken = false;
    const job = await start(scene, { query });
    expect(job).toMatchObject({ found: 4 });
    expect(await finish(scene, job)).toMatchObject({ status: 'done', replayed: 4, runs: 2 });
    const succeeded = (await scene.replays()).filter(({ status }) => status === 'succeeded');
    expect(succeeded.map(({ eventId }) => eventId).toSorted()).toEqual(['e00', 'e01']);
  });

  it('replays a window with its events once, and those alone that belong to none', async () => {
    const scene = createReplayScene([{ name: 't', batch: { size: 2, wait: '1m' } }]);
    for (const id of ['a', 'b']) await scene.take(id);
    await scene.deliver();
    const query = { trigger: 't' };
    const skipped = await start(scene, { query: { ...query, status: 'skipped' } });
    expect(await finish(scene, skipped)).toMatchObject({ runs: 0, omitted: { taken_in: 1 } });
    const job = await start(scene, { query: { ...query, status: 'succeeded' } });
    expect(await finish(scene, job)).toMatchObject({ runs: 1, omitted: {} });
    expect(scene.executions.map(({ input }) => input.count)).toEqual([2, 2]);
  });

  it('counts what it could not replay by the reason', async () => {
    const scene = createReplayScene([{ name: 't', persistData: false, eventType: 'push' }]);
    await takeMany(scene, 2);
    await scene.take('kept', { type: 'issues', source: 'other' });
    const job = await start(scene, { query: { since: '2026-01-01T00:00:00.000Z' } });
    expect(await finish(scene, job)).toMatchObject({
      ...{ status: 'done', replayed: 3, runs: 0 },
      omitted: { event_stripped: 2, nothing_matched: 1 },
    });
  });

  it('is begun once for each Idempotency-Key', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 2);
    const first = await start(scene, { key: 'k' });
    await finish(scene, first);
    await scene.world.clock.advance(3_600_000);
    expect(await start(scene, { key: 'k' })).toMatchObject({ id: first.id, status: 'done' });
    expect((await start(scene, { key: 'k', rate: 5 })).id).not.toBe(first.id);
  });
});

describe('a replay that is aborted', () => {
  it('replays no further event, keeps its runs, and goes on where it stopped', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 25);
    const job = await start(scene);
    await scene.deliver();
    expect(await abortReplay(scene.world.engine, job.id)).toMatchObject({ status: 'aborted' });
    expect(await abortReplay(scene.world.engine, job.id)).toMatchObject({ status: 'aborted' });
    expect(await finish(scene, job)).toMatchObject({ status: 'aborted', replayed: 10, runs: 10 });
    expect(replayedIds(scene)).toHaveLength(10);
    await resumeReplay(scene.world.engine, job.id);
    expect(await finish(scene, job)).toMatchObject({ status: 'done', replayed: 25, runs: 25 });
    expect(replayedIds(scene).toSorted()).toEqual(toIds(25));
  });

  it('can be resumed at once, and twice, without going on twice', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 25);
    const job = await start(scene);
    await scene.deliver();
    await abortReplay(scene.world.engine, job.id);
    await resumeReplay(scene.world.engine, job.id);
    await resumeReplay(scene.world.engine, job.id);
    await scene.deliver();
    expect(replayedIds(scene)).toHaveLength(20);
    await turn(scene);
    expect(await finish(scene, job)).toMatchObject({ status: 'done', replayed: 25, runs: 25 });
    expect(replayedIds(scene).toSorted()).toEqual(toIds(25));
  });

  it('is refused when it is unknown or done', async () => {
    const scene = createReplayScene();
    const { engine } = scene.world;
    for (const act of [abortReplay, resumeReplay]) {
      await expect(act(engine, 'nobody')).rejects.toEqual(rejected(404, 'replay_not_found'));
    }
    const job = await start(scene);
    expect(await finish(scene, job)).toMatchObject({ status: 'done', found: 0, replayed: 0 });
    for (const act of [abortReplay, resumeReplay]) {
      await expect(act(engine, job.id)).rejects.toEqual(rejected(409, 'replay_done'));
    }
  });
});

describe('a replay whose message is given up', () => {
  it('stands still with the reason, is kept as a dead letter, and can be resumed', async () => {
    const scene = createReplayScene();
    await takeMany(scene, 3);
    const job = await start(scene);
    for (let delivery = 0; delivery < 10; delivery++) {
      await scene.world.work(new CrashPlan(1, 'before'));
      await scene.world.clock.advance(LOCK_MS + 1);
    }
    await scene.deliver();
    const reason = 'delivered too often';
    expect(await read(scene, job)).toMatchObject({ status: 'failed', reason, replayed: 0 });
    const [dead] = await scene.world.deadLetters();
    expect(dead).toMatchObject({ kind: 'replay', replayId: job.id, reason, runIds: [] });
    const again = resubmit(scene.world.engine, dead?.id ?? '');
    await expect(again).rejects.toThrow(`resume replay "${job.id}" instead`);
    await resumeReplay(scene.world.engine, job.id);
    const ended = await finish(scene, job);
    expect(ended).toMatchObject({ status: 'done', replayed: 3, runs: 3 });
    expect(ended).not.toHaveProperty('reason');
  });
});
