import { describe, expect, it } from 'vitest';
import type { Run, RunOf } from '../../../shared/heddle/domain/run.ts';
import {
  gatherInWindow,
  isLeftOutOfWindow,
  rejoinWindow,
} from '../../../shared/heddle/pipeline/limits/event-window.ts';
import {
  findPointer,
  findWindowId,
  isOpenWindow,
} from '../../../shared/heddle/pipeline/limits/window-pointer.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createLimitsScene, FAILED } from './limits-scene.ts';

const DEBOUNCE = { debounce: { wait: '10s', maxWait: '25s' } };
const BATCH = { batch: { size: 3, wait: '30s' } };

type Scene = ReturnType<typeof createLimitsScene>;

/** Leads a new run to the window, whose event has the key of its id. */
async function gather(scene: Scene, id: string, more: Partial<RunOf<'queued'>> = {}, data = {}) {
  const passing = await scene.pass(id, { eventKey: `key-${id}`, ...more }, { data });
  await gatherInWindow(scene.engine, passing.stored, passing);
  return scene.read(id);
}

/** Ends a window without its event being taken in, as another process may. */
async function begin(scene: Scene, id: string): Promise<void> {
  const stored = await scene.world.store.read(RUNS, id);
  if (stored?.document.status !== 'queued') throw new Error('expected a queued run');
  const { nextAttempt: attempt, dueAt: _due, held: _held, ...rest } = stored.document;
  const claim = { sequence: 9, delivery: 1 };
  const run: Run = { ...rest, status: 'running', attempt, startedAt: scene.at(), claim };
  await scene.world.store.replace<Run>(RUNS, run, stored.etag);
}

describe('the first event', () => {
  it('opens a window, whose message comes when it closes', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    expect(await gather(scene, 'a')).toMatchObject({
      ...{ status: 'queued', dueAt: scene.at(10_000) },
      gathered: { members: ['key-a'], openedAt: scene.at() },
    });
    await scene.clock.advance(9999);
    expect(await scene.due()).toEqual([]);
    await scene.clock.advance(1);
    expect(await scene.due()).toMatchObject([{ kind: 'run', runId: 'a' }]);
  });

  it('opens it once, when its delivery comes again', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    await gather(scene, 'a');
    const before = await scene.read('a');
    await scene.clock.advance(1000);
    const stored = await scene.world.store.read(RUNS, 'a');
    const passing = await scene.pass('other');
    await gatherInWindow(scene.engine, stored as never, passing);
    expect(await scene.read('a')).toEqual(before);
  });
});

describe('an event that comes while a window is open', () => {
  it('joins it, and its own run is skipped for it', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    await gather(scene, 'a');
    await scene.clock.advance(4000);
    expect(await gather(scene, 'b', { depth: 2 })).toMatchObject({
      ...{ status: 'skipped', reason: 'debounce' },
      held: { limit: 'debounce', detail: 'another run takes its event in', by: 'a' },
    });
    expect(await scene.read('a')).toMatchObject({
      ...{ gathered: { members: ['key-a', 'key-b'] }, depth: 2, dueAt: scene.at(10_000) },
    });
  });

  it('moves the end of a debounce, but not past maxWait', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    await gather(scene, 'a');
    const opened = scene.clock.now();
    for (const [id, dueAfter] of [
      ['b', 18_000],
      ['c', 25_000],
      ['d', 25_000],
    ] as const) {
      await scene.clock.advance(8000);
      await gather(scene, id);
      const run = await scene.read('a');
      expect(run).toMatchObject({ dueAt: new Date(opened + dueAfter).toISOString() });
    }
  });

  it('may wait a week at most where the trigger does not say', async () => {
    const scene = createLimitsScene({ debounce: { wait: '6d' } });
    await gather(scene, 'a');
    const opened = scene.clock.now();
    await scene.clock.advance(5 * 86_400_000);
    await gather(scene, 'b');
    expect(await scene.read('a')).toMatchObject({
      dueAt: new Date(opened + 7 * 86_400_000).toISOString(),
    });
  });

  it('leaves the end of a batch until it is full: then it is sent for at once', async () => {
    const scene = createLimitsScene(BATCH);
    await gather(scene, 'a');
    const dueAt = scene.at(30_000);
    await scene.clock.advance(1000);
    expect(await gather(scene, 'b')).toMatchObject({ reason: 'batch', held: { by: 'a' } });
    expect(await scene.read('a')).toMatchObject({ dueAt });
    expect(await scene.due()).toEqual([]);
    await gather(scene, 'c');
    expect(await scene.read('a')).toMatchObject({ dueAt: scene.at() });
    expect(await scene.due()).toMatchObject([{ kind: 'run', runId: 'a' }]);
    expect(await gather(scene, 'd')).toMatchObject({
      ...{ status: 'queued', gathered: { members: ['key-d'] } },
    });
  });

  it('joins the window of its key alone', async () => {
    const scene = createLimitsScene({ debounce: { wait: '10s', key: '{{ event.k }}' } });
    await gather(scene, 'a', {}, { k: 'one' });
    expect(await gather(scene, 'b', {}, { k: 'other' })).toMatchObject({ status: 'queued' });
    expect(await gather(scene, 'c', {}, { k: 'one' })).toMatchObject({ held: { by: 'a' } });
    const batch = createLimitsScene({ batch: { ...BATCH.batch, key: '{{ event.k }}' } });
    await gather(batch, 'a', {}, { k: 'one' });
    expect(await gather(batch, 'b', {}, { k: 'other' })).toMatchObject({ status: 'queued' });
  });

  it('opens another where the window has begun', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    await gather(scene, 'a');
    await begin(scene, 'a');
    expect(await gather(scene, 'b')).toMatchObject({ gathered: { members: ['key-b'] } });
    await scene.clock.advance(10_000);
    expect(await gather(scene, 'c')).toMatchObject({ gathered: { members: ['key-c'] } });
  });
});

describe('a run that was skipped for a window', () => {
  async function createSkipped() {
    const scene = createLimitsScene(DEBOUNCE);
    await gather(scene, 'a');
    const passing = await scene.pass('b', { eventKey: 'key-b' });
    const { etag } = passing.stored;
    const held = { limit: 'debounce', detail: 'taken in', by: 'a' } as const;
    const { nextAttempt: _n, dueAt: _d, ...rest } = passing.stored.document;
    const skipped: RunOf<'skipped'> = {
      ...{ ...rest, status: 'skipped', endedAt: scene.at(), reason: 'debounce', held },
    };
    const stored = await scene.world.store.replace<Run>(RUNS, skipped, etag);
    return { scene, passing, skipped: { document: skipped, etag: stored.etag } };
  }

  it('joins it where a crash came between', async () => {
    const { scene, passing, skipped } = await createSkipped();
    expect(await isLeftOutOfWindow(scene.engine, skipped.document)).toBe(true);
    await rejoinWindow(scene.engine, skipped, passing);
    expect(await scene.read('a')).toMatchObject({ gathered: { members: ['key-a', 'key-b'] } });
    expect(await scene.read('b')).toEqual(skipped.document);
    expect(await isLeftOutOfWindow(scene.engine, skipped.document)).toBe(false);
    await rejoinWindow(scene.engine, skipped, passing);
    expect(await scene.read('a')).toMatchObject({ gathered: { members: ['key-a', 'key-b'] } });
  });

  it('opens another window where it closed without its event', async () => {
    const { scene, passing, skipped } = await createSkipped();
    await begin(scene, 'a');
    const reopened: string[] = [];
    const triggerLog = { noteReopened: (name: string) => reopened.push(name), noteEnded: () => {} };
    await rejoinWindow({ ...scene.engine, triggerLog } as never, skipped, passing);
    expect(await scene.read('b')).toMatchObject({
      ...{ status: 'queued', gathered: { members: ['key-b'] }, dueAt: scene.at(10_000) },
    });
    expect(reopened).toEqual(['t']);
  });

  it('is left as it is where it was skipped for something else', async () => {
    const { scene, passing, skipped } = await createSkipped();
    const held = { limit: 'cooldown', detail: 'taken in', by: 'a' } as const;
    const other = { ...skipped, document: { ...skipped.document, held } };
    expect(await isLeftOutOfWindow(scene.engine, other.document)).toBe(false);
    await rejoinWindow(scene.engine, other, passing);
    expect(await scene.read('a')).toMatchObject({ gathered: { members: ['key-a'] } });
  });

  it('was left out of a window that is no longer kept', async () => {
    const { scene, skipped } = await createSkipped();
    await scene.world.store.delete(RUNS, 'a');
    expect(await isLeftOutOfWindow(scene.engine, skipped.document)).toBe(true);
  });

  it('names it, under either limit', async () => {
    const { skipped } = await createSkipped();
    const find = (limit: 'debounce' | 'batch' | 'dedupe') =>
      findWindowId({ ...skipped.document, held: { limit, detail: '', by: 'w' } });
    expect([find('debounce'), find('batch'), find('dedupe')]).toEqual(['w', 'w', undefined]);
    const { held: _, ...none } = skipped.document;
    expect(findWindowId(none)).toBeUndefined();
  });
});

describe('a window', () => {
  it('is open until it is due, is held or has made an attempt', async () => {
    const scene = createLimitsScene(DEBOUNCE);
    const run = (await gather(scene, 'a')) as RunOf<'queued'>;
    const now = scene.clock.now();
    expect(isOpenWindow(run, now)).toBe(true);
    expect(isOpenWindow(run, now + 9999)).toBe(true);
    expect(isOpenWindow(run, now + 10_000)).toBe(false);
    expect(isOpenWindow({ ...run, attempts: [FAILED] }, now)).toBe(false);
    expect(isOpenWindow({ ...run, held: { limit: 'paused', detail: '' } }, now)).toBe(false);
    const { gathered: _, ...plain } = run;
    expect(isOpenWindow(plain, now)).toBe(false);
  });

  it('has a pointer by trigger, and by key', async () => {
    const pointer = async (written: object, data: object = {}) => {
      const { trigger } = createLimitsScene(written);
      const found = await findPointer({ trigger, event: createEvent({ data: { ...data } }) });
      return 'id' in found ? found : expect.fail(`${found.emptyKey} is empty`);
    };
    const plain = await pointer(DEBOUNCE);
    expect(plain).toMatchObject({ trigger: 't' });
    expect(await pointer(BATCH)).toEqual(plain);
    const keyed = { debounce: { wait: '10s', key: '{{ event.k }}' } };
    const [one, other] = [await pointer(keyed, { k: 1 }), await pointer(keyed, { k: 2 })];
    expect(new Set([plain.id, one.id, other.id]).size).toBe(3);
    const bad = { key: '{{ event.k | json_parse }}' };
    await expect(pointer({ debounce: { wait: '10s', ...bad } })).rejects.toThrow('debounce.key');
    await expect(pointer({ batch: { ...BATCH.batch, ...bad } })).rejects.toThrow('batch.key');
  });
});
