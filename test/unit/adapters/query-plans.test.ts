import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { COLLECTIONS } from '../../../shared/heddle/ports/collections.ts';
import type {
  Collection,
  Document,
  ListQuery,
} from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { type Planned, recordSql, type SqlRecorder } from '../../helpers/sql-recorder.ts';

type AnyCollection = Collection<Document>;

const AT = '2026-01-01T00:00:00.000Z';
const RANGES = [{}, { since: AT }, { until: '2026-01-02' }, { since: AT, until: '2026-01-02' }];

let clock: FakeClock;
let database: SqliteDatabase;
let store: SqliteStore;
let recorder: SqlRecorder;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  recorder = recordSql();
  clock = createFakeClock();
  database = SqliteDatabase.open(join(folder, 'heddle.db'));
  store = new SqliteStore(database, { clock });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
});

const collections = COLLECTIONS as unknown as readonly AnyCollection[];

/** All that the port lets a caller ask for, but for values and limits. */
function toQueries({ indexed }: AnyCollection): readonly ListQuery[] {
  let wheres: readonly Record<string, string>[] = [{}];
  for (const field of indexed) {
    wheres = wheres.flatMap((where) => [where, { ...where, [field]: 'x' }]);
  }
  return wheres.flatMap((where) =>
    RANGES.flatMap((range) =>
      [true, false].map((isAscending) => ({ where, ...range, isAscending, limit: 1 })),
    ),
  );
}

/** Three documents that have every value asked for, so that there is a second page. */
async function fill(collection: AnyCollection): Promise<void> {
  const fields = Object.fromEntries(collection.indexed.map((field) => [field, 'x']));
  for (const id of ['a', 'b', 'c']) {
    const document: Document = { ...fields, ...{ [collection.time]: AT }, id };
    await store.create(collection, document, { ttlSeconds: 1 });
  }
}

const ofTable = ({ name }: AnyCollection, plans: readonly Planned[]) =>
  plans.filter(({ sql }) => sql.includes(`"documents_${name}"`));

describe('the plan of every list that can be asked for', () => {
  it.each(collections.map((collection) => [collection.name, collection] as const))(
    'is a search of one index or one row: %s',
    async (name, collection) => {
      await fill(collection);
      for (const query of toQueries(collection)) {
        const { items, continuation = '' } = await store.list(collection, query);
        expect(items).toHaveLength(1);
        await store.list(collection, { ...query, continuation });
      }
      const plans = ofTable(collection, recorder.plans()).filter(({ sql }) =>
        /^\s*SELECT/.test(sql),
      );
      const walked = plans.flatMap(({ sql }) => /INDEXED BY "(\w+)"/.exec(sql)?.[1] ?? []);
      expect(new Set(walked)).toEqual(
        new Set([
          `${name}_by_time`,
          ...collection.indexed.map((field) => `${name}_by_field_${field}`),
        ]),
      );
      for (const { sql, plan } of plans) {
        if (!sql.includes('ORDER BY'))
          expect(plan).toMatch(/^SEARCH \S+ USING INTEGER PRIMARY KEY/);
        else expect(plan).toMatch(toSearch(name, sql));
      }
    },
  );
});

/** One step that compares all of the key in an index: nothing is filtered, scanned or sorted. */
function toSearch(name: string, sql: string): RegExp {
  const [, field] = /"field_(\w+)" = \?/.exec(sql) ?? [];
  const index = field === undefined ? `${name}_by_time` : `${name}_by_field_${field}`;
  const value = field === undefined ? '' : `field_${field}=\\? AND `;
  const range = sql.includes('ASC')
    ? '\\(time,id\\)>\\(\\?,\\?\\) AND time<\\?'
    : 'time>\\? AND \\(time,id\\)<\\(\\?,\\?\\)';
  return new RegExp(
    `^SEARCH documents_${name} USING COVERING INDEX ${index} \\(${value}${range}\\)$`,
  );
}

describe('the plans of all other statements', () => {
  /** These read from end to end, and say where they stop. */
  const bounded = [
    ['SELECT name FROM collections', /^SCAN collections$/],
    ['SELECT 1 FROM messages LIMIT ?', /^CO-ROUTINE .*\nSCAN messages USING COVERING INDEX/],
    ['SELECT sequence FROM sent ORDER BY sequence LIMIT ?', /SCAN sent$/],
    ['SELECT min(visible_at) AS at FROM messages', /^SEARCH messages USING COVERING INDEX/],
  ] as const;

  it('search, or stop at a limit', async () => {
    const queue = new SqliteQueue(database, { clock });
    const [events] = collections;
    if (events) await fill(events);
    await queue.send([{ id: 'a', body: '' }, ...['b', 'c'].map(toOrdered)]);
    const [cancelled] = await queue.send([{ id: 'later', body: '', delayMs: 1000 }]);
    await queue.cancel(Number(cancelled));
    for (const message of await queue.receive(3)) {
      await queue.renewLock(message);
      await (message.id === 'a' ? queue.abandon(message) : queue.complete(message));
    }
    await queue.depth();
    await clock.advance(1_000_000);
    await database.purge();
    const plans = recorder.plans().filter(({ sql }) => !/^\s*INSERT/.test(sql));
    expect(plans.length).toBeGreaterThan(12);
    for (const { sql, plan } of plans) {
      const known = bounded.find(([part]) => sql.includes(part));
      if (known) expect(plan).toMatch(known[1]);
      else expect(`${plan} of ${sql}`).not.toMatch(/\bSCAN\b|TEMP B-TREE/);
    }
  });

  const toOrdered = (id: string) => ({ id, body: '', orderingKey: 'k' });
});
