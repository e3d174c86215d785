import { describe, expect, it } from 'vitest';
import { succeedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import {
  cancelIfThere,
  cancelRunById,
  cancelWaiters,
} from '../../../shared/heddle/pipeline/completion/cancel-run.ts';
import { CancelRequest } from '../../../shared/heddle/pipeline/engine/in-flight.ts';
import { RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createCompletionScene, SLOT } from './completion-scene.ts';

const WHY = 'not wanted';

describe('cancelling a run', () => {
  it('records why, aborts its attempt here, and frees its slot', async () => {
    const scene = createCompletionScene();
    await scene.running('a');
    await scene.hold('a');
    const { signal } = scene.engine.inFlight.begin('a');
    const run = await cancelRunById(scene.engine, 'a', WHY);
    expect(run).toMatchObject({ id: 'a', status: 'cancelled', reason: WHY, endedAt: scene.at() });
    expect((await scene.engine.store.read(RUNS, 'a'))?.document).toEqual(run);
    expect(signal.reason).toEqual(new CancelRequest(WHY));
    expect(await scene.holders()).toEqual([]);
  });

  it('takes one that waits out of its line', async () => {
    const scene = createCompletionScene();
    await scene.queued('a');
    await scene.wait('a', 'b');
    await cancelRunById(scene.engine, 'a', WHY);
    expect(await scene.waiters()).toEqual(['b']);
  });

  it('leaves a run that has ended as it is, and follows up its end', async () => {
    const scene = createCompletionScene();
    const { document, etag } = await scene.running('a');
    const ended = succeedRun(document, 'done', scene.at());
    await scene.engine.store.replace(RUNS, ended, etag);
    await scene.hold('a');
    expect(await cancelRunById(scene.engine, 'a', WHY)).toEqual(ended);
    expect(await scene.statuses()).toEqual({ a: 'succeeded' });
    expect(await scene.holders()).toEqual([]);
  });

  it('is refused where there is none', async () => {
    const { engine } = createCompletionScene();
    await expect(cancelRunById(engine, 'none', WHY)).rejects.toMatchObject({
      ...{ code: 'run_not_found', message: expect.stringContaining('"none"') },
    });
  });

  it('takes a run that is no longer kept out of its line', async () => {
    const scene = createCompletionScene();
    await scene.wait('gone');
    await cancelIfThere(scene.engine, 'gone', WHY);
    expect(await scene.waiters()).toEqual([]);
  });

  it('does not hide that the store fails', async () => {
    const scene = createCompletionScene();
    await scene.wait('a');
    const engine = { ...scene.engine, store: { ...scene.engine.store } };
    engine.store.read = () => Promise.reject(new Error('away'));
    await expect(cancelIfThere(engine, 'a', WHY)).rejects.toThrow('away');
    expect(await scene.waiters()).toEqual(['a']);
  });
});

describe('cancelling the runs in line', () => {
  it('leaves the one that takes their place, and those of other slots', async () => {
    const scene = createCompletionScene();
    for (const id of ['a', 'b', 'own', 'other']) await scene.queued(id);
    await scene.wait('a', 'b', 'gone', 'own');
    const other = { id: 'other', slot: 'another', attempt: 1, turn: 'turn' };
    await scene.engine.store.create(WAITERS, other);
    await cancelWaiters(scene.engine, SLOT.id, 'own', WHY);
    expect(await scene.statuses()).toEqual({
      ...{ a: 'cancelled', b: 'cancelled', own: 'queued', other: 'queued' },
    });
    expect(await scene.world.runs()).toContainEqual(
      expect.objectContaining({ id: 'a', reason: WHY }),
    );
    expect(await scene.waiters()).toEqual(['other', 'own']);
  });
});
