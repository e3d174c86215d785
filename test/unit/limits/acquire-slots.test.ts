import { describe, expect, it } from 'vitest';
import type { RunOf } from '../../../shared/heddle/domain/run.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { acquireSlot } from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import { acquireSlots } from '../../../shared/heddle/pipeline/limits/acquire-slots.ts';
import { beginRun, releaseAcquired } from '../../../shared/heddle/pipeline/limits/begin-run.ts';
import { passGates } from '../../../shared/heddle/pipeline/limits/pass-gates.ts';
import { LIMIT_STATES, RUNS, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createLimitsScene, FAILED } from './limits-scene.ts';

const SLOT = createSlot('t', 1, 'slots', '');
const TAKEN = { limit: 'maxConcurrent', detail: '1 of 1 are executed' };

type Scene = ReturnType<typeof createLimitsScene>;

/** A scene whose one slot is held by a running run. */
async function createTaken(written: object = {}) {
  const scene = createLimitsScene({ maxConcurrent: 1, ...written });
  const passing = await scene.pass('other');
  const begun = await passGates(scene.engine, passing.stored, passing);
  if (typeof begun !== 'object') throw new Error('expected it to begin');
  return scene;
}

async function acquire(
  scene: Scene,
  id: string,
  more: Partial<RunOf<'queued'>> = {},
  event: object = {},
) {
  const passing = await scene.pass(id, more, event);
  return acquireSlots(scene.engine, passing.stored.document, passing);
}

const wait = (scene: Scene, ...ids: readonly string[]) =>
  Promise.all(
    ids.map((id) =>
      scene.world.store.create(WAITERS, { id, slot: SLOT.id, attempt: 1, turn: `turn ${id}` }),
    ),
  );

async function statuses(scene: Scene): Promise<Record<string, string>> {
  return Object.fromEntries((await scene.world.runs()).map(({ id, status }) => [id, status]));
}

describe('the slots that a run acquires', () => {
  it('are none where it needs none', async () => {
    const scene = createLimitsScene();
    expect(await acquire(scene, 'a')).toEqual({ outcome: 'acquired', slots: [] });
  });

  it('are that of its input and that of its trigger', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1, allowConcurrent: false });
    const found = await acquire(scene, 'a');
    expect(found).toMatchObject({
      ...{ outcome: 'acquired', slots: [{ inputHash: expect.any(String) }, SLOT] },
    });
    const alone = createLimitsScene({ allowConcurrent: false });
    expect(await acquire(alone, 'a')).toMatchObject({
      ...{ outcome: 'acquired', slots: [{ inputHash: expect.any(String) }] },
    });
  });

  it('are not that of its input where it has to wait for that of its trigger', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1, allowConcurrent: false });
    await acquire(scene, 'other', {}, { data: { n: 1 } });
    const waiting = await acquire(scene, 'a', {}, { data: { n: 2 } });
    expect(waiting).toEqual({ outcome: 'waiting', slot: SLOT, held: TAKEN });
    const inputs = (await scene.world.store.list(LIMIT_STATES, { limit: 10 })).items.flatMap(
      (one) => (one.kind === 'slots' ? one.holders.map(({ runId }) => runId) : []),
    );
    expect(inputs.toSorted()).toEqual(['other', 'other']);
  });
});

describe('a run whose input is executed', () => {
  it('is skipped, and says by what run, unless it is a retry: that waits', async () => {
    const scene = createLimitsScene({ allowConcurrent: false });
    const first = await acquire(scene, 'other');
    const [slot] = first.outcome === 'acquired' ? first.slots : [];
    const held = {
      ...{ limit: 'allowConcurrent', detail: 'a run with the same input is executed' },
      ...{ by: 'other', key: slot?.inputHash },
    };
    expect(await acquire(scene, 'a')).toEqual({ outcome: 'skipped', held });
    expect(await acquire(scene, 'b', { attempts: [FAILED], nextAttempt: 2 })).toEqual({
      ...{ outcome: 'waiting', held, slot },
    });
  });
});

describe('a run whose slot is taken', () => {
  it('waits, and says how many are executed, of what key', async () => {
    expect(await acquire(await createTaken(), 'a')).toEqual({
      ...{ outcome: 'waiting', slot: SLOT, held: TAKEN },
    });
    const keyed = await createTaken({ concurrencyKey: '{{ event.action }}' });
    expect(await acquire(keyed, 'a')).toMatchObject({
      ...{ outcome: 'waiting', held: { ...TAKEN, key: 'opened' } },
    });
  });

  it('is skipped with overlap: skip, unless it is a retry', async () => {
    const scene = await createTaken({ overlap: 'skip' });
    expect(await acquire(scene, 'a')).toEqual({ outcome: 'skipped', held: TAKEN });
    expect(await acquire(scene, 'b', { attempts: [FAILED] })).toMatchObject({ outcome: 'waiting' });
  });

  it('cancels the holder and all that wait with overlap: replace', async () => {
    const scene = await createTaken({ overlap: 'replace' });
    await scene.put('waiting');
    await wait(scene, 'waiting', 'a');
    expect(await acquire(scene, 'a')).toEqual({ outcome: 'acquired', slots: [SLOT] });
    expect(await statuses(scene)).toEqual({
      a: 'queued',
      other: 'cancelled',
      waiting: 'cancelled',
    });
    expect(await scene.read('other')).toMatchObject({ reason: 'the run a takes its place' });
    expect(await scene.holders(SLOT.id)).toEqual(['a']);
  });

  it('takes the slot of a run that was handed it and has not begun, or is gone', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1, overlap: 'replace' });
    const handed = await scene.put('handed');
    await acquireSlot(scene.engine, SLOT, handed.document);
    expect(await acquire(scene, 'a')).toMatchObject({ outcome: 'acquired' });
    expect(await scene.read('handed')).toMatchObject({ status: 'cancelled' });
    const gone = createLimitsScene({ maxConcurrent: 1, overlap: 'replace' });
    await acquireSlot(gone.engine, SLOT, handed.document);
    expect(await acquire(gone, 'a')).toMatchObject({ outcome: 'acquired' });
  });

  it('replaces none for a retry', async () => {
    const scene = await createTaken({ overlap: 'replace' });
    expect(await acquire(scene, 'a', { attempts: [FAILED] })).toMatchObject({ outcome: 'waiting' });
    expect(await statuses(scene)).toMatchObject({ other: 'running' });
  });

  it('asks the holder to end and waits with overlap: cancelOther, once', async () => {
    const scene = await createTaken({ overlap: 'cancelOther' });
    await scene.put('waiting');
    await wait(scene, 'waiting', 'a');
    const { signal } = scene.engine.inFlight.begin('other');
    expect(await acquire(scene, 'a')).toMatchObject({ outcome: 'waiting', held: TAKEN });
    expect(signal.reason).toMatchObject({ message: 'the run a takes its place' });
    expect(await statuses(scene)).toEqual({ a: 'queued', other: 'running', waiting: 'cancelled' });
    const again = scene.engine.inFlight.begin('other');
    await acquire(scene, 'b', { held: { ...TAKEN, limit: 'maxConcurrent' } });
    await acquire(scene, 'c', { attempts: [FAILED] });
    expect(again.signal.aborted).toBe(false);
    await acquire(scene, 'd', { held: { limit: 'paused', detail: '' } });
    expect(again.signal.aborted).toBe(true);
  });

  it('leaves the others alone with overlap: queue', async () => {
    const scene = await createTaken({ overlap: 'queue' });
    const { signal } = scene.engine.inFlight.begin('other');
    await acquire(scene, 'a');
    expect(signal.aborted).toBe(false);
    expect(await statuses(scene)).toEqual({ a: 'queued', other: 'running' });
  });
});

describe('a run that begins', () => {
  it('names its slots, and leaves its line', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1 });
    const passing = await scene.pass('a', { held: { limit: 'maxConcurrent', detail: '' } });
    await wait(scene, 'a', 'b');
    const begun = await beginRun(scene.engine, { ...passing, slots: [SLOT] });
    expect(begun).toMatchObject({ document: { status: 'running', attempt: 1 } });
    expect(await scene.read('a')).toMatchObject({ slots: [{ id: SLOT.id, max: 1 }] });
    expect((await scene.read('a'))?.slots?.[0]).not.toHaveProperty('trigger');
    expect((await scene.waiters()).map(({ id }) => id)).toEqual(['b']);
  });

  it('leaves its line where it has slots from before alone', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1 });
    const slots = [{ id: SLOT.id, max: 1 }];
    const passing = await scene.pass('a', { slots });
    await wait(scene, 'a');
    await beginRun(scene.engine, { ...passing, slots: [SLOT] });
    expect(await scene.waiters()).toEqual([]);
  });

  it('drops the slots of a limit that is gone, for those that wait', async () => {
    const scene = createLimitsScene();
    const passing = await scene.pass('a', { slots: [{ id: SLOT.id, max: 1 }] });
    await acquireSlot(scene.engine, SLOT, passing.stored.document);
    await scene.put('b');
    await wait(scene, 'b');
    const begun = await beginRun(scene.engine, passing);
    expect(begun).toMatchObject({ document: { status: 'running' } });
    expect(await scene.read('a')).not.toHaveProperty('slots');
    expect(await scene.holders(SLOT.id)).toEqual(['b']);
  });

  it('gives its slots back where it has changed meanwhile, unless another delivery runs it', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1 });
    const passing = await scene.pass('a');
    await acquireSlot(scene.engine, SLOT, passing.stored.document);
    const { document } = passing.stored;
    const held = { limit: 'paused', detail: '' } as const;
    const changed = await scene.world.store.replace(
      RUNS,
      { ...document, held },
      passing.stored.etag,
    );
    expect(await beginRun(scene.engine, { ...passing, slots: [SLOT] })).toBe('changed');
    expect(await scene.holders(SLOT.id)).toEqual([]);
    await acquireSlot(scene.engine, SLOT, document);
    const fresh = { document, etag: changed.etag };
    const other = { ...passing, stored: fresh, slots: [SLOT] };
    const delivery = { ...passing.delivery, sequence: 9 };
    await beginRun(scene.engine, { ...other, delivery });
    expect(await beginRun(scene.engine, other)).toBe('changed');
    expect(await scene.holders(SLOT.id)).toEqual(['a']);
  });

  it('releases what it has acquired for this attempt, and nothing of a later one', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1 });
    const { document } = await scene.put('a');
    await acquireSlot(scene.engine, SLOT, { ...document, nextAttempt: 2 });
    await releaseAcquired(scene.engine, [SLOT], document);
    expect(await scene.holders(SLOT.id)).toEqual(['a']);
    await releaseAcquired(scene.engine, [SLOT], { ...document, nextAttempt: 2 });
    expect(await scene.holders(SLOT.id)).toEqual([]);
  });
});

describe('a run that a gate skips', () => {
  it('gives back the slot that it has acquired, and is recorded with why', async () => {
    const scene = createLimitsScene({ maxConcurrent: 2, cooldownSeconds: 60 });
    const first = await scene.pass('other');
    await passGates(scene.engine, first.stored, first);
    const passing = await scene.pass('a');
    expect(await passGates(scene.engine, passing.stored, passing)).toBeUndefined();
    expect(await scene.read('a')).toMatchObject({
      ...{ status: 'skipped', reason: 'cooldown', held: { limit: 'cooldown', by: 'other' } },
    });
    expect(await scene.holders(SLOT.id)).toEqual(['other']);
  });

  it('leaves its line', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1, enabled: false });
    const passing = await scene.pass('a', { slots: [{ id: SLOT.id, max: 1 }] });
    await wait(scene, 'a', 'b');
    expect(await passGates(scene.engine, passing.stored, passing)).toBeUndefined();
    expect(await scene.read('a')).toMatchObject({ status: 'skipped', reason: 'disabled' });
    expect((await scene.waiters()).map(({ id }) => id)).toEqual(['b']);
  });
});
