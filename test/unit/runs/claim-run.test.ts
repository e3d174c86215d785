import { describe, expect, it } from 'vitest';
import {
  createQueuedRun,
  createRunningRun,
  succeedRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import {
  createRun,
  createRunOnce,
  isFirst,
  isInterrupted,
  takeRun,
} from '../../../shared/heddle/pipeline/runs/claim-run.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createRunsScene, DELIVERY } from './runs-scene.ts';

const CLAIM = { sequence: 7, delivery: 1, message: 'message' };
const later = { ...DELIVERY, deliveryCount: 2 };
const other = { ...DELIVERY, sequence: 8 };

/** The store with some of its methods replaced. */
const withMethods = (store: DocumentStore, methods: Partial<DocumentStore>): DocumentStore => ({
  read: (...given) => store.read(...given),
  create: (...given) => store.create(...given),
  replace: (...given) => store.replace(...given),
  list: (...given) => store.list(...given),
  delete: (...given) => store.delete(...given),
  ...methods,
});

const fails = () => Promise.reject(new Error('away'));

describe('a run that a delivery creates', () => {
  it('is begun by it', async () => {
    const scene = createRunsScene();
    const created = await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    const run = await scene.read('a');
    expect(created).toEqual({ ours: { document: run, etag: expect.any(String) } });
    expect(run).toMatchObject({ status: 'running', attempt: 1, startedAt: scene.at() });
    expect(run).toMatchObject({ claim: CLAIM });
  });

  it('is the other’s where another delivery has recorded it', async () => {
    const scene = createRunsScene();
    await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    for (const delivery of [other, later]) {
      expect(await createRun(scene.engine, scene.fresh('a'), delivery)).toMatchObject({
        theirs: { document: { status: 'running', claim: CLAIM } },
      });
    }
  });

  it('is its own where its write was made and the answer was lost', async () => {
    const scene = createRunsScene();
    await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    const again = await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    expect(again).toMatchObject({ ours: { document: { id: 'a', claim: CLAIM } } });
  });

  it('is not taken as recorded where the store fails', async () => {
    const scene = createRunsScene();
    await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    const engine = { ...scene.engine, store: withMethods(scene.engine.store, { create: fails }) };
    await expect(createRun(engine, scene.fresh('a'), DELIVERY)).rejects.toThrow('away');
  });

  it('conflicts where it has gone in between', async () => {
    const scene = createRunsScene();
    await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    const store = withMethods(scene.engine.store, { read: async () => undefined });
    const created = createRun({ ...scene.engine, store }, scene.fresh('a'), DELIVERY);
    await expect(created).rejects.toMatchObject({ name: 'ConflictError' });
  });
});

describe('a run that is recorded', () => {
  it('is recorded once', async () => {
    const scene = createRunsScene();
    const run = scene.queued('a');
    expect(await createRunOnce(scene.engine, run)).toMatchObject({ document: run });
    expect(await createRunOnce(scene.engine, { ...run, nextAttempt: 9 })).toBeUndefined();
    expect(await scene.read('a')).toEqual(run);
  });

  it('is not taken as recorded where the store fails', async () => {
    const scene = createRunsScene();
    const engine = { ...scene.engine, store: withMethods(scene.engine.store, { create: fails }) };
    await expect(createRunOnce(engine, scene.queued('a'))).rejects.toThrow('away');
  });
});

describe('an attempt of a recorded run', () => {
  it('begins by the delivery that takes it', async () => {
    const scene = createRunsScene();
    const stored = await scene.put(scene.queued('a', { nextAttempt: 3 }));
    const taken = await takeRun(scene.engine, stored, DELIVERY);
    expect(taken?.document).toEqual(await scene.read('a'));
    expect(taken?.document).toMatchObject({ status: 'running', attempt: 3, claim: CLAIM });
  });

  it('is the next one of a run whose process is gone', async () => {
    const scene = createRunsScene();
    const created = await createRun(scene.engine, scene.fresh('a'), DELIVERY);
    if (!('ours' in created)) throw new Error('expected it to be ours');
    const taken = await takeRun(scene.engine, created.ours, later);
    expect(taken?.document).toMatchObject({
      ...{ attempt: 2, attempts: [{ attempt: 1, outcome: 'interrupted' }] },
      claim: { ...CLAIM, delivery: 2 },
    });
  });

  it('is none where another delivery was first', async () => {
    const scene = createRunsScene();
    const stored = await scene.put(scene.queued('a'));
    await takeRun(scene.engine, stored, other);
    expect(await takeRun(scene.engine, stored, DELIVERY)).toBeUndefined();
    expect(await scene.read('a')).toMatchObject({ claim: { sequence: 8 } });
  });

  it('is its own where its write was made and the answer was lost', async () => {
    const scene = createRunsScene();
    const stored = await scene.put(scene.queued('a'));
    const first = await takeRun(scene.engine, stored, DELIVERY);
    expect(await takeRun(scene.engine, stored, DELIVERY)).toEqual(first);
  });

  it('is none of a run that has ended', async () => {
    const scene = createRunsScene();
    const run = createRunningRun(scene.fresh('a'), CLAIM, scene.at());
    const stored = await scene.put(succeedRun(run, 'done', scene.at()));
    expect(await takeRun(scene.engine, stored, later)).toBeUndefined();
    expect(await scene.read('a')).toMatchObject({ status: 'succeeded' });
  });

  it('is not taken as another’s where the store fails, nor where the run has gone', async () => {
    const scene = createRunsScene();
    const stored = await scene.put(scene.queued('a'));
    const failing = withMethods(scene.engine.store, { replace: fails });
    await expect(takeRun({ ...scene.engine, store: failing }, stored, DELIVERY)).rejects.toThrow(
      'away',
    );
    const gone = withMethods(scene.engine.store, { read: async () => undefined });
    await takeRun(scene.engine, stored, DELIVERY);
    expect(await takeRun({ ...scene.engine, store: gone }, stored, DELIVERY)).toBeUndefined();
  });
});

describe('a run that a process has left', () => {
  const AT = '2026-01-01T00:00:00.000Z';
  const run = createRunningRun(createNewRun(), CLAIM, AT);

  it('is told by a later delivery of the message that began it', () => {
    expect(isInterrupted(run, later)).toBe(true);
    expect(isInterrupted(run, DELIVERY)).toBe(false);
    expect(isInterrupted(run, { ...later, sequence: 8 })).toBe(false);
    expect(isInterrupted({ ...run, claim: { ...CLAIM, delivery: 2 } }, later)).toBe(true);
    expect(isInterrupted({ ...run, claim: { ...CLAIM, delivery: 3 } }, later)).toBe(false);
  });

  it('is told by the same delivery with an ordering key: its session was closed', () => {
    expect(isInterrupted(run, { ...DELIVERY, orderingKey: 'k' })).toBe(true);
    expect(isInterrupted(run, { ...other, orderingKey: 'k' })).toBe(false);
  });

  it('is none that is not executed', () => {
    expect(isInterrupted(createQueuedRun(createNewRun(), AT), later)).toBe(false);
    expect(isInterrupted(succeedRun(run, 1, AT), later)).toBe(false);
  });
});

describe('the first delivery of a message', () => {
  it('is known by its count, where it has no ordering key', () => {
    expect(isFirst({ ...DELIVERY, deliveryCount: 0 })).toBe(true);
    expect(isFirst(DELIVERY)).toBe(true);
    expect(isFirst(later)).toBe(false);
    expect(isFirst({ ...DELIVERY, orderingKey: 'k' })).toBe(false);
  });
});
