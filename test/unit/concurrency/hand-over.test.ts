import { beforeEach, describe, expect, it } from 'vitest';
import { handOver } from '../../../shared/heddle/pipeline/concurrency/hand-over.ts';
import { WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createSlotScene, LEASE_MS, SLOT, type SlotScene } from './slot-scene.ts';

let scene: SlotScene;
const ONE = { ...SLOT, max: 1 };

beforeEach(() => {
  scene = createSlotScene();
});

const release = (runId: string, slot = SLOT) => handOver(scene.engine, slot, { runId });

const toMessage = (runId: string, attempt = 1, until = scene.at(LEASE_MS)) => ({
  id: `run:${runId}:${attempt}:place:${until}`,
  body: JSON.stringify({ kind: 'run', runId, attempt }),
  ...{ delayMs: 0, isUrgent: true },
});

describe('a slot that is released', () => {
  it('is held by the run that has waited longest, which is sent an urgent message', async () => {
    await scene.write([scene.holder('a'), scene.holder('b')], true);
    await scene.wait(['c'], { attempt: 3 });
    await scene.wait(['d', 'e']);
    await release('a');
    expect(await scene.state()).toEqual({
      ...{ id: SLOT.id, kind: 'slots', trigger: 't', updatedAt: scene.at(0), hasLine: true },
      holders: [scene.holder('b'), scene.holder('c', { attempt: 3, isHanded: true })],
    });
    expect(scene.sent).toEqual([toMessage('c', 3)]);
  });

  it('is handed over in the write that releases it', async () => {
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b', 'c', 'd']);
    await release('a', ONE);
    expect(scene.calls).toEqual(['read', 'list', 'replace', 'send']);
  });

  it('leaves no mark of a line that has nobody left', async () => {
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b']);
    await release('a', ONE);
    expect(await scene.state()).toMatchObject({ hasLine: false, holders: [{ runId: 'b' }] });
    // It looks once more at the line: a run may have joined before the mark was away.
    expect(scene.calls.filter((call) => call === 'list')).toHaveLength(2);
  });

  it('goes to nobody, without a look, where no run waits', async () => {
    await scene.write([scene.holder('a'), scene.holder('b')], false);
    await scene.wait(['unmarked']);
    await release('a');
    expect(await scene.state()).toMatchObject({ holders: [{ runId: 'b' }], hasLine: false });
    expect(scene.calls).toEqual(['read', 'replace']);
    expect(scene.sent).toEqual([]);
  });

  it('is looked after where the version before did not write whether runs wait', async () => {
    await scene.write([scene.holder('a')]);
    await scene.wait(['b', 'c']);
    await release('a', ONE);
    expect(await scene.state()).toMatchObject({ holders: [{ runId: 'b' }], hasLine: true });
  });

  it('goes to a run that joined its line just as its mark was taken away', async () => {
    await scene.write([scene.holder('a')], true);
    const { list, replace } = scene.store;
    let isFirst = true;
    Object.assign(scene.store, {
      replace: async (...given: Parameters<typeof replace>) => {
        const written = await replace.apply(scene.store, given);
        if (isFirst) await scene.wait(['late']);
        isFirst = false;
        return written;
      },
      list: (...given: Parameters<typeof list>) => list.apply(scene.store, given),
    });
    await release('a', ONE);
    expect(await scene.state()).toMatchObject({ holders: [{ runId: 'late' }], hasLine: false });
    expect(scene.sent).toEqual([toMessage('late')]);
  });

  it('keeps a slot that the limit no longer has from those that wait', async () => {
    await scene.write([scene.holder('a'), scene.holder('b'), scene.holder('c')], true);
    await scene.wait(['d', 'e']);
    await release('a', ONE);
    expect(await scene.holders()).toEqual(['b', 'c']);
    expect(scene.sent).toEqual([]);
    expect(scene.calls).not.toContain('list');
    expect(await scene.state()).toMatchObject({ hasLine: true });
  });

  it('is not looked after where those that are left hold all there are', async () => {
    await scene.write([scene.holder('a'), scene.holder('b'), scene.holder('c')], true);
    await scene.wait(['d']);
    await release('a');
    expect(await scene.holders()).toEqual(['b', 'c']);
    expect(scene.calls).toEqual(['read', 'replace']);
  });

  it('is the one of the attempts before that which is named, and no later one', async () => {
    await scene.write([scene.holder('a', { attempt: 2 }), scene.holder('b')], false);
    await handOver(scene.engine, SLOT, { runId: 'a', before: 2 });
    expect(await scene.holders()).toEqual(['a', 'b']);
    await handOver(scene.engine, SLOT, { runId: 'a', before: 3 });
    expect(await scene.holders()).toEqual(['b']);
  });

  it('goes to as many runs as have a slot, a lease that has ended counted as free', async () => {
    await scene.write([scene.holder('dead', { until: scene.at(0) }), scene.holder('a')], true);
    await scene.wait(['b', 'c', 'd']);
    await release('a');
    expect(await scene.holders()).toEqual(['b', 'c']);
    expect(scene.sent.map(({ id }) => id)).toEqual([toMessage('b').id, toMessage('c').id]);
    expect(await scene.state()).toMatchObject({ hasLine: true });
  });

  it('sends an ordered run no message: its delivery waits, and finds that it has the slot', async () => {
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b'], { isOrdered: true });
    await release('a', ONE);
    expect(await scene.state()).toMatchObject({
      holders: [{ runId: 'b', isHanded: true, isOrdered: true }],
    });
    expect(scene.calls).not.toContain('send');
  });

  it('sends nothing again to a run that was handed another one before', async () => {
    await scene.write([scene.holder('a'), scene.holder('b', { isHanded: true })], true);
    await scene.wait(['b', 'c']);
    await release('a');
    expect(scene.sent).toEqual([toMessage('c')]);
  });
});

describe('a slot that was released before, as after a crash', () => {
  it('has its message sent again, to runs that were handed one and have not begun', async () => {
    const ordered = scene.holder('ordered', { isHanded: true, isOrdered: true });
    await scene.write([scene.holder('b', { isHanded: true }), scene.holder('c'), ordered], false);
    await release('a', { ...SLOT, max: 3 });
    expect(scene.sent).toEqual([toMessage('b')]);
    expect(scene.calls).not.toContain('replace');
  });

  it('is handed over though nothing marks its line', async () => {
    await scene.write([], false);
    await scene.wait(['b']);
    await release('a');
    expect(await scene.holders()).toEqual(['b']);
    expect(scene.sent).toEqual([toMessage('b')]);
  });

  it('marks the line that it finds', async () => {
    await scene.write([scene.holder('b')], false);
    await scene.wait(['c']);
    await release('a', ONE);
    expect(await scene.state()).toMatchObject({ holders: [{ runId: 'b' }], hasLine: true });
    expect(scene.sent).toEqual([]);
  });

  it('is not written where nobody knows of it and nobody waits', async () => {
    await release('a');
    expect(await scene.state()).toBeUndefined();
    expect(scene.calls).not.toContain('create');
  });

  it('is made for the run that waits where its document has expired', async () => {
    await scene.wait(['b']);
    await release('a');
    expect(await scene.holders()).toEqual(['b']);
  });
});

describe('a line that is looked at with no run to release', () => {
  it('gets the free slots, though each holder keeps its own', async () => {
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b', 'c']);
    await handOver(scene.engine, SLOT);
    expect(await scene.holders()).toEqual(['a', 'b']);
    expect(await scene.state()).toMatchObject({ hasLine: true });
  });

  it('hands nothing twice', async () => {
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b', 'c']);
    await handOver(scene.engine, SLOT);
    scene.calls.length = 0;
    await handOver(scene.engine, SLOT);
    expect(await scene.holders()).toEqual(['a', 'b']);
    expect(scene.calls).not.toContain('replace');
    expect(scene.sent.map(({ id }) => id)).toEqual([toMessage('b').id, toMessage('b').id]);
  });

  it('counts a run that was handed a slot and has not left its line as no one who waits', async () => {
    await scene.write([scene.holder('a', { isHanded: true })], true);
    await scene.wait(['a']);
    await handOver(scene.engine, SLOT);
    expect(await scene.state()).toMatchObject({ holders: [{ runId: 'a' }], hasLine: false });
    expect((await scene.store.list(WAITERS, { limit: 10 })).items).toHaveLength(1);
  });
});
