import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import {
  createQueuedRun,
  createRunningRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import {
  releaseAllSlotsOfRun,
  releaseSlotsOfRun,
  toPresentSlot,
} from '../../../shared/heddle/pipeline/concurrency/release-slots.ts';
import { createNewRun, createTrigger } from '../../helpers/factories.ts';
import { createSlotScene, SLOT, type SlotScene } from './slot-scene.ts';

let scene: SlotScene;

beforeEach(() => {
  scene = createSlotScene();
});

const AT = '2026-01-01T00:00:00.000Z';
const slots = [{ id: SLOT.id, max: 2 }];
const running: Run = createRunningRun(
  createNewRun({ id: 'a', trigger: 't', slots }),
  { sequence: 1, delivery: 1 },
  AT,
);
const queued = { ...createQueuedRun(createNewRun({ id: 'a', trigger: 't', slots }), AT) };

describe('the slots of a run', () => {
  it('are all released, whatever attempt holds them', async () => {
    await scene.write([scene.holder('a', { attempt: 7 }), scene.holder('b')], false);
    await releaseSlotsOfRun(scene.engine, running);
    expect(await scene.holders()).toEqual(['b']);
  });

  it('are none where the run has no limit in number', async () => {
    const { slots: _, ...free } = running;
    await releaseSlotsOfRun(scene.engine, free);
    expect(scene.calls).toEqual([]);
  });

  it('are released up to the attempt that is next, and kept for it', async () => {
    await scene.write([scene.holder('a', { attempt: 2 })], false);
    await releaseSlotsOfRun(scene.engine, queued, 2);
    expect(await scene.holders()).toEqual(['a']);
  });

  it('are released with that which a queued run was handed, but for no later attempt', async () => {
    const next = { ...queued, nextAttempt: 2 };
    await scene.write([scene.holder('a', { attempt: 3 })], false);
    await releaseAllSlotsOfRun(scene.engine, next);
    expect(await scene.holders()).toEqual(['a']);
    await releaseAllSlotsOfRun(scene.engine, { ...next, nextAttempt: 3 });
    expect(await scene.holders()).toEqual([]);
  });

  it('are all released of a run that is not queued', async () => {
    await scene.write([scene.holder('a', { attempt: 9 })], false);
    await releaseAllSlotsOfRun(scene.engine, running);
    expect(await scene.holders()).toEqual([]);
  });

  it('are handed on as many times as the trigger has places by now', async () => {
    scene.present.set('t', createTrigger({ name: 't', maxConcurrent: 3 }));
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b', 'c', 'd', 'e']);
    await releaseSlotsOfRun(scene.engine, running);
    expect(await scene.holders()).toEqual(['b', 'c', 'd']);
  });
});

describe('how many slots there are', () => {
  const max = (inputHash?: string) => toPresentSlot(scene.engine, { ...SLOT, inputHash }).max;

  it('is what the trigger says by now', () => {
    scene.present.set('t', createTrigger({ name: 't', maxConcurrent: 5 }));
    expect(max()).toBe(5);
    expect(toPresentSlot(scene.engine, SLOT)).toEqual({ ...SLOT, max: 5 });
  });

  it('is what the run knew where the trigger is gone, or has no limit any more', () => {
    expect(max()).toBe(2);
    scene.present.set('t', createTrigger({ name: 't' }));
    expect(max()).toBe(2);
  });

  it('is that of its own for the slot of an input', () => {
    scene.present.set('t', createTrigger({ name: 't', maxConcurrent: 5 }));
    expect(max('a hash')).toBe(2);
  });
});
