import { beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { ConflictError } from '../../../shared/heddle/errors/errors.ts';
import { RateLimit } from '../../../shared/heddle/pipeline/ingest/rate-limit.ts';
import { RATE_WINDOWS } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createRecordingLogger, type RecordingLogger } from '../../helpers/factories.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { settle } from '../../helpers/gated-actor.ts';

const WINDOW_MS = 60_000;

let clock: FakeClock;
let store: SqliteStore;
let logger: RecordingLogger;
let calls: string[];
/** Called before each write. */
let beforeWrite: (() => Promise<void>) | undefined;
let isAway: boolean;

beforeEach(() => {
  clock = createFakeClock();
  store = new SqliteStore(SqliteDatabase.open(':memory:'), { clock });
  logger = createRecordingLogger();
  calls = [];
  beforeWrite = undefined;
  isAway = false;
});

function start(max = 10): RateLimit {
  const seen: DocumentStore = {
    async read(...given) {
      calls.push('read');
      if (isAway) throw new Error('away');
      return store.read(...given);
    },
    async create(...given) {
      calls.push('create');
      await beforeWrite?.();
      return store.create(...given);
    },
    async replace(...given) {
      calls.push('replace');
      await beforeWrite?.();
      return store.replace(...given);
    },
    list: (...given) => store.list(...given),
    delete: (...given) => store.delete(...given),
  };
  const options = { name: 'github', max, windowMs: WINDOW_MS };
  return new RateLimit({ store: seen, clock, logger }, options);
}

const idNow = () => `github:${WINDOW_MS}:${Math.floor(clock.now() / WINDOW_MS)}`;
const shared = async () => (await store.read(RATE_WINDOWS, idNow()))?.document;

/** Lets the next exchange be due, and admits a request with it. */
async function exchange(limit: RateLimit): Promise<void> {
  await clock.advance(1000);
  await limit.admit();
  await settle();
}

describe('the window that instances share', () => {
  it('has what each has admitted, once a second has gone by', async () => {
    const limit = start();
    await limit.admit();
    await limit.admit();
    await clock.advance(999);
    await limit.admit();
    await settle();
    expect(await shared()).toBeUndefined();
    await clock.advance(1);
    await limit.admit();
    await settle();
    expect(await shared()).toEqual({
      ...{ id: idNow(), admitted: 4, updatedAt: new Date(clock.now()).toISOString() },
    });
  });

  it('is added to, and read once where nothing is to be added', async () => {
    const limit = start();
    await exchange(limit);
    await exchange(limit);
    await exchange(limit);
    expect(await shared()).toMatchObject({ admitted: 3 });
    expect(calls).toEqual(['read', 'read', 'create', 'read', 'replace']);
  });

  it('counts no request twice', async () => {
    const limit = start(4);
    for (let request = 0; request < 4; request++) await exchange(limit);
    await clock.advance(1000);
    await expect(limit.admit()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('has what others have admitted from the next exchange on', async () => {
    const [one, other] = [start(6), start(6)];
    await one.admit();
    await other.admit();
    await exchange(one);
    await exchange(one);
    await exchange(other);
    // Three of the one and two of the other are known to it by now.
    await other.admit();
    await expect(other.admit()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('is another one for the next time', async () => {
    const limit = start(2);
    await limit.admit();
    await limit.admit();
    const left = WINDOW_MS - (clock.now() % WINDOW_MS);
    await clock.advance(left - 500);
    await expect(limit.admit()).rejects.toMatchObject({ retryAfter: 0.5 });
    await clock.advance(500);
    await limit.admit();
  });

  it('is kept for twice its length', async () => {
    const limit = start();
    await exchange(limit);
    await exchange(limit);
    await exchange(limit);
    const id = idNow();
    await clock.advance(2 * WINDOW_MS - 1);
    expect(await store.read(RATE_WINDOWS, id)).toBeDefined();
    await clock.advance(1);
    expect(await store.read(RATE_WINDOWS, id)).toBeUndefined();
  });
});

describe('instances that exchange at the same time', () => {
  it('read again after a conflict, and lose nothing', async () => {
    const [one, other] = [start(), start()];
    await one.admit();
    await other.admit();
    let conflicts = 0;
    beforeWrite = async () => {
      if (conflicts++ < 3) throw new ConflictError('etag', 'changed');
    };
    await exchange(one);
    await exchange(other);
    expect(await shared()).toMatchObject({ admitted: 4 });
    expect(logger.lines).toEqual([]);
  });

  it('give up after ten conflicts, and count alone, which a log says', async () => {
    const limit = start(5);
    await limit.admit();
    calls = [];
    beforeWrite = () => Promise.reject(new ConflictError('etag', 'changed'));
    await exchange(limit);
    expect(calls.filter((call) => call === 'create')).toHaveLength(10);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn .*changed/)]);
    beforeWrite = undefined;
    await exchange(limit);
    expect(await shared()).toMatchObject({ admitted: 3 });
  });

  it('try no error again that is no conflict', async () => {
    const limit = start();
    await limit.admit();
    calls = [];
    isAway = true;
    await exchange(limit);
    expect(calls).toEqual(['read']);
    expect(logger.lines).toHaveLength(1);
  });

  it('make one exchange at a time, however many requests come', async () => {
    const limit = start();
    await Promise.all([limit.admit(), limit.admit(), limit.admit()]);
    expect(calls).toEqual(['read']);
    await clock.advance(1000);
    await Promise.all([limit.admit(), limit.admit(), limit.admit()]);
    await settle();
    expect(calls).toEqual(['read', 'read', 'create']);
    // The first of them began the exchange, which has what had been admitted by then.
    expect(await shared()).toMatchObject({ admitted: 4 });
  });
});
