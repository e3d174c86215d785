import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import {
  cancelRun,
  createQueuedRun,
  createRunningRun,
  requeueRun,
} from '../../../shared/heddle/domain/run-transitions.ts';
import { doesRunHold } from '../../../shared/heddle/pipeline/concurrency/lasting-slots.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createSlotScene, SLOT } from './slot-scene.ts';

const AT = '2026-01-01T00:00:00.000Z';
const fresh = createNewRun({ id: 'a' });
const queued = createQueuedRun(fresh, AT);
const running = createRunningRun(fresh, { sequence: 1, delivery: 1 }, AT);
const retrying = requeueRun(running, { code: 'x', message: '' }, AT, AT);

async function ask(run: Run | undefined, isLeased: boolean): Promise<boolean> {
  const scene = createSlotScene();
  if (run) await scene.store.create<Run>(RUNS, run);
  const slot = { id: SLOT.id, inputHash: 'hash' };
  return doesRunHold(scene.engine, slot, { holder: scene.holder('a'), isLeased });
}

describe('the slot of an input', () => {
  it.each([true, false])('is held by a run that has begun; leased: %s', async (isLeased) => {
    expect(await ask(running, isLeased)).toBe(true);
    expect(await ask(retrying, isLeased)).toBe(true);
  });

  it.each([true, false])('is held by none that has ended; leased: %s', async (isLeased) => {
    expect(await ask(cancelRun(running, '', AT), isLeased)).toBe(false);
    expect(await ask(undefined, isLeased)).toBe(false);
  });

  it('is held for its lease by a run that has not begun', async () => {
    expect(await ask(queued, true)).toBe(true);
    expect(await ask(queued, false)).toBe(false);
  });
});
