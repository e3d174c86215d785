import { describe, expect, it } from 'vitest';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import {
  findHead,
  findNext,
  isInLine,
  joinLine,
  leaveLine,
} from '../../../shared/heddle/pipeline/concurrency/line.ts';
import { WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createNewRun } from '../../helpers/factories.ts';
import { createSlotScene, SLOT } from './slot-scene.ts';

const waiter = { id: 'a', slot: SLOT.id, attempt: 1, turn: 'turn a' };
const run = createQueuedRun(createNewRun({ id: 'a', slots: [SLOT] }), '2026-01-01T00:00:00.000Z');

describe('a run in line', () => {
  it('is there from when it joins until it leaves', async () => {
    const { engine } = createSlotScene();
    expect(await isInLine(engine, run)).toBe(false);
    await joinLine(engine, waiter);
    expect(await isInLine(engine, run)).toBe(true);
    await leaveLine(engine, run);
    expect(await isInLine(engine, run)).toBe(false);
  });

  it('is not looked for where the run has no limit in number', async () => {
    const { engine, calls } = createSlotScene();
    const { slots: _, ...free } = run;
    expect(await isInLine(engine, free)).toBe(false);
    await leaveLine(engine, free);
    await leaveLine(engine, { ...free, slots: [] });
    expect(calls).toEqual([]);
  });

  it('is not written again where it stands', async () => {
    const { engine, calls } = createSlotScene();
    await joinLine(engine, waiter);
    calls.length = 0;
    await joinLine(engine, waiter);
    expect(calls).toEqual(['read']);
  });

  it.each([{ attempt: 2 }, { turn: 'turn 0' }, { slot: 'another' }, { isOrdered: true as const }])(
    'is written again with %j',
    async (changed) => {
      const { engine, store } = createSlotScene();
      await joinLine(engine, waiter);
      await joinLine(engine, { ...waiter, ...changed });
      expect((await store.read(WAITERS, 'a'))?.document).toEqual({ ...waiter, ...changed });
    },
  );
});

describe('the head of a line', () => {
  it('is the run whose turn is first, with or without a slot', async () => {
    const { engine, wait } = createSlotScene();
    expect(await findHead(engine, SLOT.id)).toBeUndefined();
    await wait(['other'], { slot: 'other', turn: 'turn 0' });
    await wait(['b', 'a']);
    expect(await findHead(engine, SLOT.id)).toBe('a');
  });
});

describe('who is next', () => {
  async function find(ids: readonly string[], wanted: number, held: readonly string[] = []) {
    const { engine, wait, calls } = createSlotScene();
    await wait(['0'], { slot: 'other' });
    await wait(ids);
    const next = await findNext(engine, SLOT.id, { wanted, holders: new Set(held) });
    return { ids: next.waiting.map(({ id }) => id), hasMore: next.hasMore, lists: calls.length };
  }

  it('are as many as are wanted, in turn', async () => {
    expect(await find(['c', 'a', 'b'], 2)).toEqual({ ids: ['a', 'b'], hasMore: true, lists: 1 });
  });

  it('are all, where no more are wanted than wait', async () => {
    expect(await find(['a', 'b'], 2)).toEqual({ ids: ['a', 'b'], hasMore: false, lists: 1 });
    expect(await find([], 1)).toEqual({ ids: [], hasMore: false, lists: 1 });
  });

  it('are not those that were handed a slot and have not begun', async () => {
    expect(await find(['a', 'b', 'c'], 1, ['a'])).toEqual({ ids: ['b'], hasMore: true, lists: 1 });
    expect(await find(['a', 'b'], 1, ['a'])).toEqual({ ids: ['b'], hasMore: false, lists: 1 });
    expect(await find(['a'], 1, ['a'])).toEqual({ ids: [], hasMore: false, lists: 1 });
  });

  it('are looked for once more where too many of the first were handed one', async () => {
    const held = ['a', 'b', 'c', 'd'];
    const more = await find([...held, 'e', 'f'], 1, held);
    expect(more).toEqual({ ids: ['e'], hasMore: true, lists: 2 });
    const last = await find([...held, 'e'], 1, held);
    expect(last).toEqual({ ids: ['e'], hasMore: false, lists: 2 });
  });

  it('are found at the first look where it finds enough, or all', async () => {
    const held = ['a', 'b', 'c', 'd'];
    const enough = await find(['a', 'e', 'f', 'g'], 1, held);
    expect(enough).toEqual({ ids: ['e'], hasMore: true, lists: 1 });
    expect(await find(['a', 'e'], 1, held)).toEqual({ ids: ['e'], hasMore: false, lists: 1 });
    // A full page with one that is free does not tell whether there are more.
    expect(await find(['a', 'b', 'e'], 1, held)).toEqual({ ids: ['e'], hasMore: false, lists: 2 });
  });

  it('counts on more where a whole page is read and no one else is free', async () => {
    // Of five that may be read, four wait without a slot: the page is full by one that holds one.
    const next = await find(['a', 'b', 'c'], 2, ['a', 'elsewhere']);
    expect(next).toEqual({ ids: ['b', 'c'], hasMore: false, lists: 1 });
  });

  it('are those of one page, however many hold a slot', async () => {
    const limits: unknown[] = [];
    const list = async (_: unknown, query: { limit: number }) => {
      limits.push(query.limit);
      const held = Array.from({ length: 999 }, (_, n) => ({ ...waiter, id: `h${n}` }));
      return { items: [...held, { ...waiter, id: 'free' }] };
    };
    const holders = new Set(Array.from({ length: 2000 }, (_, n) => `h${n}`));
    const store = { ...createSlotScene().store, list } as never;
    const { waiting, hasMore } = await findNext({ store }, SLOT.id, { wanted: 900, holders });
    expect(waiting.map(({ id }) => id)).toEqual(['free']);
    expect(hasMore).toBe(true);
    expect(limits).toEqual([1000]);
  });
});
