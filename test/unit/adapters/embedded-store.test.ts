import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { ConflictError, InvariantError } from '../../../shared/heddle/errors/errors.ts';
import type { Collection } from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';

interface Note {
  readonly id: string;
  readonly at: string;
  readonly status?: string;
  readonly size?: number | boolean | null | object;
}

const AT = '2026-01-01T00:00:00.000Z';
const BEFORE: Collection<Note> = { name: 'notes', indexed: ['status'], time: 'at' };
const AFTER: Collection<Note> = { ...BEFORE, indexed: ['size', 'status'] };

let folder: string;
let path: string;
let clock: FakeClock;
let database: SqliteDatabase;
let store: SqliteStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  path = join(folder, 'heddle.db');
  clock = createFakeClock();
  open();
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function open(): void {
  database = SqliteDatabase.open(path);
  store = new SqliteStore(database, { clock });
}

async function restart(): Promise<void> {
  await database.close();
  open();
}

async function list(
  collection: Collection<Note>,
  where: Record<string, string | number | boolean>,
) {
  const { items } = await store.list(collection, { where, limit: 100 });
  return items.map(({ id }) => id);
}

describe('a collection whose indexes change with the version', () => {
  it('finds older documents by a field newly indexed', async () => {
    const sizes = { number: 1, half: 0.5, truth: true, nothing: null, object: { a: 1 } };
    for (const [id, size] of Object.entries(sizes)) {
      await store.create(BEFORE, { id, at: AT, size });
    }
    await restart();
    expect(await list(AFTER, { size: 1 })).toEqual(['number']);
    expect(await list(AFTER, { size: 0.5 })).toEqual(['half']);
    expect(await list(AFTER, { size: true })).toEqual(['truth']);
    expect(await list(AFTER, { size: 'null' })).toEqual([]);
  });

  it('finds by text as it was written, whatever its characters', async () => {
    const status = 'é "quoted" \\ \u2028 😀 / \u0007';
    const unindexed: Collection<Note> = { ...BEFORE, indexed: [] };
    await store.create(unindexed, { id: 'a', at: AT, status });
    await restart();
    expect(await list(BEFORE, { status })).toEqual(['a']);
  });

  it('finds what an older version wrote after a newer one', async () => {
    await store.create(AFTER, { id: 'a', at: AT, size: 1 });
    await restart();
    const { etag } = await store.create(BEFORE, { id: 'b', at: AT, size: 1 });
    await store.replace(BEFORE, { id: 'b', at: AT, size: 2 }, etag);
    await restart();
    expect(await list(AFTER, { size: 1 })).toEqual(['a']);
    expect(await list(AFTER, { size: 2 })).toEqual(['b']);
  });

  it('orders by another field of time', async () => {
    type Dated = Note & { readonly due: string };
    const byAt: Collection<Dated> = { name: 'dated', indexed: [], time: 'at' };
    await store.create(byAt, { id: 'a', at: '2026-01-01', due: '2026-01-02' });
    await store.create(byAt, { id: 'b', at: '2026-01-02', due: '2026-01-01' });
    await restart();
    const { items } = await store.list({ ...byAt, time: 'due' }, { limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('lists', () => {
  it('read an index in its order, without sorting', async () => {
    await store.create(AFTER, { id: 'a', at: AT, status: 'open', size: 1 });
    const other = new DatabaseSync(path);
    const plan = (where: string) =>
      other
        .prepare(
          `EXPLAIN QUERY PLAN SELECT id, time, body FROM documents_notes
           WHERE (expires_at IS NULL OR expires_at > ?) ${where} AND (time, id) < (?, ?)
           ORDER BY time DESC, id DESC LIMIT ?`,
        )
        .all()
        .map((row) => row.detail)
        .join('; ');
    expect(plan('')).toMatch(/^SEARCH documents_notes USING INDEX notes_by_time/);
    expect(plan('AND field_status = ?')).toMatch(/^SEARCH .* notes_by_field_status/);
    expect(plan('AND field_status = ?')).not.toContain('TEMP B-TREE');
    other.close();
  });
});

describe('documents', () => {
  it('survive a restart, with their etags', async () => {
    const created = await store.create(BEFORE, { id: 'a', at: AT });
    await restart();
    expect(await store.read(BEFORE, 'a')).toEqual(created);
  });

  it('give up their id in the very millisecond they expire', async () => {
    await store.create(BEFORE, { id: 'a', at: AT }, { ttlSeconds: 1 });
    await clock.advance(999);
    await expect(store.create(BEFORE, { id: 'a', at: AT })).rejects.toThrow(ConflictError);
    await clock.advance(1);
    expect(await store.read(BEFORE, 'a')).toBeUndefined();
    await store.create(BEFORE, { id: 'a', at: AT });
  });

  it('are refused without a timestamp', async () => {
    const undated = { id: 'a' } as Note;
    await expect(store.create(BEFORE, undated)).rejects.toThrow(InvariantError);
  });

  it('are refused in a collection whose names are no identifiers', async () => {
    const odd: Collection<Note> = { ...BEFORE, name: 'notes"; DROP TABLE sent; --' };
    await expect(store.create(odd, { id: 'a', at: AT })).rejects.toThrow(InvariantError);
  });
});

describe('purging', () => {
  it('deletes what has expired, of collections not used since the start too', async () => {
    await store.create(BEFORE, { id: 'stays', at: AT });
    await store.create(BEFORE, { id: 'later', at: AT }, { ttlSeconds: 60 });
    for (let n = 0; n < 600; n++) {
      void store.create(BEFORE, { id: `${n}`, at: AT }, { ttlSeconds: 1 });
    }
    await restart();
    await clock.advance(1000);
    expect(await database.purge()).toBe(600);
    expect(await database.purge()).toBe(0);
    expect((await store.list(BEFORE, { limit: 10 })).items).toHaveLength(2);
  });
});
