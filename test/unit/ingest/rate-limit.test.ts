import { describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { RateLimit } from '../../../shared/heddle/pipeline/ingest/rate-limit.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { silent } from '../../helpers/world.ts';

const options = { name: 'github', max: 10, windowMs: 60_000 };

function createSubject() {
  const clock = createFakeClock();
  const store = new SqliteStore(SqliteDatabase.open(':memory:'), { clock });
  let writes = 0;
  const counting: DocumentStore = {
    create: (...given) => {
      writes++;
      return store.create(...given);
    },
    replace: (...given) => {
      writes++;
      return store.replace(...given);
    },
    read: (...given) => store.read(...given),
    delete: (...given) => store.delete(...given),
    list: (...given) => store.list(...given),
  };
  const engine = { clock, store: counting, logger: silent };
  return { clock, engine, start: () => new RateLimit(engine, options), writes: () => writes };
}

/** Lets the store exchange that a request started finish. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** @returns how many of `count` were admitted */
async function admit(limit: RateLimit, count: number): Promise<number> {
  let admitted = 0;
  for (let index = 0; index < count; index++) {
    admitted += await limit.admit().then(
      () => 1,
      () => 0,
    );
  }
  return admitted;
}

describe('a rate limit', () => {
  it('admits so many in a window and tells when the next one begins', async () => {
    const { clock, start } = createSubject();
    const limit = start();
    expect(await admit(limit, 12)).toBe(10);
    await clock.advance(20_000);
    await expect(limit.admit()).rejects.toMatchObject({
      status: 429,
      code: 'rate_limited',
      retryAfter: 40,
    });
    await clock.advance(40_000);
    expect(await admit(limit, 12)).toBe(10);
  });

  it('is exact for one instance whose requests come all at once', async () => {
    const limit = createSubject().start();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => limit.admit()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('goes on after a restart where it was, but for the last second', async () => {
    const { clock, start } = createSubject();
    const before = start();
    await admit(before, 6);
    await clock.advance(1000);
    await admit(before, 1);
    await settle();
    expect(await admit(start(), 10)).toBe(3);
  });

  it('holds over instances but for what the others admitted within a second', async () => {
    const { clock, start } = createSubject();
    const instances = [start(), start(), start()];
    let admitted = 0;
    for (let second = 0; second < 20; second++) {
      for (const instance of instances) admitted += await admit(instance, 1);
      await settle();
      await clock.advance(1000);
    }
    expect(admitted).toBeGreaterThanOrEqual(10);
    expect(admitted).toBeLessThanOrEqual(10 + 2 * instances.length);
  });

  it('writes nothing for a single request', async () => {
    const { clock, start, writes } = createSubject();
    const limit = new RateLimit(createSubject().engine, { ...options, max: 10_000 });
    await admit(limit, 1000);
    const shared = start();
    for (let second = 0; second < 5; second++) {
      await admit(shared, 2);
      await clock.advance(1000);
    }
    expect(writes()).toBeLessThanOrEqual(5);
  });

  it('counts alone while the store does not answer', async () => {
    const { engine } = createSubject();
    const away = async () => {
      throw new RetryableError('store_unavailable', 'away');
    };
    const store: DocumentStore = { ...engine.store, read: away };
    const limit = new RateLimit({ ...engine, store }, options);
    expect(await admit(limit, 12)).toBe(10);
  });
});
