import { beforeEach, describe, expect, it } from 'vitest';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import {
  acquireSlot,
  askToEnd,
  renewSlot,
} from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import { LIMIT_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createSlotScene, LEASE_MS, SLOT, type SlotScene } from './slot-scene.ts';

let scene: SlotScene;

beforeEach(() => {
  scene = createSlotScene();
});

function acquire(id: string, { max = 2, nextAttempt = 1, isInLine = false } = {}) {
  const run = createQueuedRun(createNewRun({ id }), scene.at(0));
  return acquireSlot(scene.engine, { ...SLOT, max }, { ...run, nextAttempt }, { isInLine });
}

describe('acquiring a slot', () => {
  it('takes a free one until all are held, and says who holds them', async () => {
    expect(await acquire('a')).toEqual({ isAcquired: true, holders: [] });
    expect(await acquire('b', { nextAttempt: 4 })).toEqual({ isAcquired: true, holders: [] });
    const full = await acquire('c');
    expect(full.isAcquired).toBe(false);
    expect(full.holders.map(({ runId }) => runId)).toEqual(['a', 'b']);
    expect((await scene.state())?.holders).toEqual([
      scene.holder('a'),
      scene.holder('b', { attempt: 4 }),
    ]);
  });

  it('takes one whose lease has ended, and no sooner', async () => {
    await acquire('a', { max: 1 });
    await scene.clock.advance(LEASE_MS - 1);
    expect(await acquire('b', { max: 1 })).toMatchObject({ isAcquired: false });
    await scene.clock.advance(1);
    expect(await acquire('b', { max: 1 })).toMatchObject({ isAcquired: true });
    expect(await scene.holders()).toEqual(['b']);
  });

  it('finds the own one again, where it stood, with a new lease', async () => {
    await acquire('a');
    await acquire('b');
    await scene.clock.advance(1000);
    expect(await acquire('a', { nextAttempt: 2 })).toMatchObject({ isAcquired: true });
    expect((await scene.state())?.holders).toEqual([
      scene.holder('a', { attempt: 2 }),
      scene.holder('b', { until: scene.at(LEASE_MS - 1000) }),
    ]);
  });

  it('gives up the own one where the limit was lowered and others came before', async () => {
    await acquire('a');
    await acquire('b');
    expect(await acquire('b', { max: 1 })).toMatchObject({ isAcquired: false });
    expect(await scene.holders()).toEqual(['a']);
    expect(await scene.state()).not.toHaveProperty('hasLine');
    expect(await acquire('a', { max: 1 })).toMatchObject({ isAcquired: true });
  });

  it('marks the line of a run that has joined it, once', async () => {
    await scene.write([scene.holder('a')], false);
    scene.calls.length = 0;
    const run = createQueuedRun(createNewRun({ id: 'b' }), scene.at(0));
    await acquireSlot(scene.engine, { ...SLOT, max: 1 }, run);
    expect(scene.calls).toEqual(['read']);
    expect(await scene.state()).toMatchObject({ hasLine: false });
    await acquire('b', { max: 1, isInLine: true });
    expect(await scene.state()).toMatchObject({ hasLine: true, holders: [{ runId: 'a' }] });
    scene.calls.length = 0;
    await acquire('c', { max: 1, isInLine: true });
    expect(scene.calls).toEqual(['read']);
  });

  it('keeps the mark of a line that others wait in', async () => {
    await scene.write([scene.holder('a'), scene.holder('b')], true);
    await acquire('b', { max: 1 });
    expect(await scene.state()).toMatchObject({ hasLine: true, holders: [{ runId: 'a' }] });
    await acquire('b', { max: 2 });
    expect(await scene.state()).toMatchObject({ hasLine: true });
  });

  it('tells nothing of the line where nothing is known', async () => {
    await acquire('a');
    expect(await scene.state()).not.toHaveProperty('hasLine');
  });

  it('keeps the document for two leases', async () => {
    await acquire('a');
    await scene.clock.advance(2 * LEASE_MS - 1);
    expect(await scene.state()).toBeDefined();
    await scene.clock.advance(1);
    expect(await scene.state()).toBeUndefined();
  });
});

describe('a slot that was handed to the run', () => {
  it('is taken without a write while its lease is as good as new', async () => {
    await scene.write([scene.holder('a', { isHanded: true })]);
    await scene.clock.advance(0.1 * LEASE_MS);
    scene.calls.length = 0;
    expect(await acquire('a')).toEqual({ isAcquired: true, holders: [] });
    expect(scene.calls).toEqual(['read']);
  });

  it.each<[string, { isHanded?: true; attempt?: number; until?: number }]>([
    ['its lease has become older', { isHanded: true, until: 0.1 * LEASE_MS + 1 }],
    ['it was handed for another attempt', { isHanded: true, attempt: 2 }],
    ['the run has acquired it itself', {}],
  ])('is renewed where %s', async (_, { until = 0, ...more }) => {
    await scene.write([scene.holder('a', { ...more, until: scene.at(LEASE_MS - until) })]);
    scene.calls.length = 0;
    expect(await acquire('a')).toMatchObject({ isAcquired: true });
    expect(scene.calls).toEqual(['read', 'replace']);
    expect((await scene.state())?.holders).toEqual([scene.holder('a')]);
  });
});

describe('the runs that hold a slot', () => {
  it('are asked to end, all but the one that asks', async () => {
    await scene.write([scene.holder('a'), scene.holder('b'), scene.holder('own')], true);
    const asked = await askToEnd(scene.engine, SLOT, 'own');
    expect(asked.map(({ runId }) => runId)).toEqual(['a', 'b']);
    expect(await scene.state()).toMatchObject({ hasLine: true });
    expect((await scene.state())?.holders).toEqual([
      scene.holder('a', { isCancelled: true }),
      scene.holder('b', { isCancelled: true }),
      scene.holder('own'),
    ]);
  });

  it('hear of it when they renew, and keep the slot until they end', async () => {
    await scene.write([scene.holder('a', { isCancelled: true }), scene.holder('b')], true);
    await scene.clock.advance(1000);
    expect(await renewSlot(scene.engine, SLOT, 'a')).toBe('cancelled');
    expect(await scene.state()).toMatchObject({ trigger: 't', hasLine: true });
    expect((await scene.state())?.holders).toEqual([
      scene.holder('a', { isCancelled: true }),
      scene.holder('b', { until: scene.at(LEASE_MS - 1000) }),
    ]);
  });

  it('hold what they renew as runs that have begun', async () => {
    await scene.write([scene.holder('a', { isHanded: true })], false);
    expect(await renewSlot(scene.engine, SLOT, 'a')).toBe('held');
    expect((await scene.state())?.holders).toEqual([scene.holder('a')]);
    expect(await scene.state()).toMatchObject({ hasLine: false });
  });

  it('learn that it is gone, after its lease or with its document', async () => {
    expect(await renewSlot(scene.engine, SLOT, 'a')).toBe('gone');
    await scene.write([scene.holder('a', { until: scene.at(0) }), scene.holder('b')]);
    expect(await renewSlot(scene.engine, SLOT, 'a')).toBe('gone');
    expect(scene.calls).not.toContain('replace');
  });

  it('are none in the document of another limit', async () => {
    const about = { id: SLOT.id, trigger: 't', updatedAt: scene.at(0), until: scene.at(1) };
    await scene.store.create(LIMIT_STATES, { ...about, kind: 'cooldown', runId: 'a' });
    expect(await renewSlot(scene.engine, SLOT, 'a')).toBe('gone');
    expect(await acquire('b', { max: 1 })).toMatchObject({ isAcquired: true });
  });
});
