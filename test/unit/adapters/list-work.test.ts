import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import {
  MAX_PAGE_CHARS,
  MAX_PASSED_OVER,
} from '../../../shared/heddle/adapters/embedded/list-documents.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { Collection, ListQuery, Page } from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { fillWithRuns } from '../../helpers/many-runs.ts';
import { recordSql } from '../../helpers/sql-recorder.ts';

const RUN_COUNT = 200_000;
const LIMIT = 50;
const orders = [false, true];

let folder: string;
let database: SqliteDatabase;
let store: SqliteStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  const path = join(folder, 'heddle.db');
  await fillWithRuns(path, RUN_COUNT);
  database = SqliteDatabase.open(path);
  store = new SqliteStore(database, { clock: createFakeClock() });
  await store.list(RUNS, { limit: 1 });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

type Where = NonNullable<ListQuery['where']>;

/** Lists a page. Every statement is a search for the rows it gives out, as its plan shows. */
async function look(query: Partial<ListQuery>) {
  const recorder = recordSql();
  const before = recorder.rows();
  const page = await store.list(RUNS, { limit: LIMIT, ...query });
  return { ...page, rows: recorder.rows() - before };
}

describe(`a page of ${RUN_COUNT} runs`, () => {
  it.each<[number, number, Where]>([
    [LIMIT, 110, {}],
    [LIMIT, 110, { source: 'github' }],
    [LIMIT, 110, { status: 'failed' }],
    [LIMIT, 200, { source: 'github', status: 'succeeded' }],
    [LIMIT, 200, { trigger: 'rare', status: 'succeeded' }],
    [LIMIT, 400, { trigger: 'odd', status: 'failed', source: 'github' }],
    [LIMIT, 500, { trigger: 'even', eventType: 'push', source: 'stripe', status: 'succeeded' }],
    [1, 5, { eventKey: 'key-777', status: 'succeeded' }],
    [1, 5, { eventKey: 'key-777', source: 'github' }],
    [20, 80, { trigger: 'odd', status: 'running' }],
    [1, 10, { trigger: 'rare', status: 'running' }],
    [0, 5, { trigger: 'none', status: 'succeeded', source: 'github' }],
  ])('of %i looks at no more than %i rows, in either order: %j', async (items, most, where) => {
    for (const isAscending of orders) {
      const page = await look({ where, isAscending });
      expect(page.items).toHaveLength(items);
      expect(page.looked).toBeUndefined();
      expect(page.rows).toBeLessThanOrEqual(most);
    }
  });

  it.each<[Where]>([
    [{ trigger: 'even', status: 'failed' }],
    [{ source: 'stripe', status: 'failed' }],
    [{ trigger: 'even', source: 'github', eventType: 'push', status: 'failed' }],
  ])('of filters that never meet ends early: %j', async (where) => {
    for (const isAscending of orders) {
      const page = await look({ where, isAscending });
      expect(page).toMatchObject({ items: [], looked: MAX_PASSED_OVER });
      expect(page.continuation).toBeDefined();
      expect(page.rows).toBeLessThanOrEqual(MAX_PASSED_OVER * Object.keys(where).length + LIMIT);
    }
  });

  it('of filters that never meet leads on to the end, past the rarer of the two', async () => {
    const query = { where: { trigger: 'even', status: 'failed' }, limit: LIMIT };
    let pages = 0;
    let more: Pick<ListQuery, 'continuation'> | undefined = {};
    for (; more; pages++) {
      const page: Page<unknown> = await store.list(RUNS, { ...query, ...more });
      expect(page.items).toEqual([]);
      more = page.continuation === undefined ? undefined : { continuation: page.continuation };
    }
    const failed = RUN_COUNT / 20;
    expect(pages).toBeLessThanOrEqual(failed / MAX_PASSED_OVER + 1);
  });

  it('within a time looks at no row beyond it', async () => {
    const [since, until] = ['2026-01-01T10:00:00.000Z', '2026-01-01T10:00:10.000Z'];
    for (const isAscending of orders) {
      const page = await look({ where: { status: 'running' }, since, until, isAscending });
      expect(page).toEqual({ items: [], rows: 0 });
      const found = await look({ where: { trigger: 'even' }, since, until, isAscending });
      expect(found.items).toHaveLength(4);
      expect(found.rows).toBeLessThanOrEqual(9);
    }
  });
});

describe('a page', () => {
  interface Note {
    readonly id: string;
    readonly at: string;
    readonly text?: string;
    readonly kind?: string;
  }
  const NOTES: Collection<Note> = { name: 'notes', indexed: ['kind'], time: 'at' };

  async function createScene() {
    const clock = createFakeClock();
    const memory = SqliteDatabase.open(':memory:');
    return { clock, notes: new SqliteStore(memory, { clock }) };
  }

  it('ends early over what has expired, and leads on to what has not', async () => {
    const { clock, notes } = await createScene();
    const at = '2026-01-02T00:00:00.000Z';
    const ids = Array.from({ length: 1200 }, (_, index) => `n${index}`);
    await Promise.all(ids.map((id) => notes.create(NOTES, { id, at }, { ttlSeconds: 1 })));
    await notes.create(NOTES, { id: 'old', at: '2026-01-01T00:00:00.000Z' });
    await clock.advance(1000);
    const looked: (number | undefined)[] = [];
    const found: string[] = [];
    let more: Pick<ListQuery, 'continuation'> | undefined = {};
    while (more) {
      const page: Page<Note> = await notes.list(NOTES, { limit: 10, ...more });
      looked.push(page.looked);
      found.push(...page.items.map(({ id }) => id));
      more = page.continuation === undefined ? undefined : { continuation: page.continuation };
    }
    expect(looked).toEqual([MAX_PASSED_OVER, MAX_PASSED_OVER, undefined]);
    expect(found).toEqual(['old']);
  });

  it('ends early after much text, with one document at least', async () => {
    const { notes } = await createScene();
    const text = 'x'.repeat(MAX_PAGE_CHARS / 2);
    const at = '2026-01-01T00:00:00.000Z';
    for (const id of ['a', 'b', 'c']) await notes.create(NOTES, { id, at, text });
    const page = await notes.list(NOTES, { limit: 10 });
    expect(page.items.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(page.looked).toBeUndefined();
    const { continuation = '' } = page;
    const rest = await notes.list(NOTES, { limit: 10, continuation });
    expect(rest.items.map(({ id }) => id)).toEqual(['a']);
    expect(rest.continuation).toBeUndefined();
  });

  it('with more after it gives others a turn', async () => {
    const { notes } = await createScene();
    for (const id of ['a', 'b']) {
      await notes.create(NOTES, { id, at: '2026-01-01T00:00:00.000Z' });
    }
    const order: string[] = [];
    setImmediate(() => order.push('another'));
    await notes.list(NOTES, { limit: 1 });
    order.push('page');
    expect(order).toEqual(['another', 'page']);
  });
});
