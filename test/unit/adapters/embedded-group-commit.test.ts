import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../shared/heddle/adapters/embedded/connection.ts';
import { GroupCommit } from '../../../shared/heddle/adapters/embedded/group-commit.ts';
import type { Flush } from '../../../shared/heddle/adapters/embedded/wal-flush.ts';
import { ConflictError, RetryableError } from '../../../shared/heddle/errors/errors.ts';

/** A disk that is slow, or fails. */
class HeldFlush implements Flush {
  readonly #waiting: PromiseWithResolvers<void>[] = [];

  flush(): Promise<void> {
    const held = Promise.withResolvers<void>();
    this.#waiting.push(held);
    return held.promise;
  }

  async close(): Promise<void> {}

  async next(): Promise<PromiseWithResolvers<void>> {
    while (this.#waiting.length === 0) await turn();
    return this.#waiting.shift() as PromiseWithResolvers<void>;
  }
}

let connection: Connection;
let disk: HeldFlush;
let commits: GroupCommit;

beforeEach(() => {
  connection = new Connection(':memory:');
  connection.exec('CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT NOT NULL)');
  disk = new HeldFlush();
  commits = new GroupCommit(connection, disk);
});
afterEach(() => connection.close());

const insert = (id: string, text: string | null = '') =>
  connection.run('INSERT INTO notes VALUES (?, ?)', id, text);
const ids = () => connection.all<{ id: string }>('SELECT id FROM notes').map(({ id }) => id);

function add(work: () => unknown, durable = true): Promise<unknown> {
  return commits.add({ subject: 'store', work, durable });
}

/** Tracks the state of the promise. */
function watch(promise: Promise<unknown>): { state: string } {
  const watched = { state: 'pending' };
  promise.then(
    () => {
      watched.state = 'resolved';
    },
    () => {
      watched.state = 'rejected';
    },
  );
  return watched;
}

describe('a group of writes', () => {
  it('is one transaction and one flush, however many', async () => {
    const writes = Array.from({ length: 100 }, (_, n) => add(() => insert(`note ${n}`)));
    (await disk.next()).resolve();
    await Promise.all(writes);
    expect(connection.transactions).toBe(1);
    expect(ids()).toHaveLength(100);
  });

  it('is acknowledged only when it is on disk', async () => {
    const write = add(() => insert('a'));
    const watched = watch(write);
    const flush = await disk.next();
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(watched.state).toBe('pending');
    flush.resolve();
    await write;
  });

  it('keeps a conflict to itself until what it conflicts with is on disk', async () => {
    const first = add(() => insert('a'));
    const second = add(() => {
      throw new ConflictError('exists', 'taken');
    });
    const watched = watch(second);
    const flush = await disk.next();
    await turn();
    expect(watched.state).toBe('pending');
    flush.resolve();
    await expect(second).rejects.toThrow(ConflictError);
    await first;
  });

  it('does not make wait who does not ask for the disk', async () => {
    const soft = add(() => insert('soft'), false);
    const hard = watch(add(() => insert('hard')));
    await soft;
    expect(hard.state).toBe('pending');
    (await disk.next()).resolve();
  });

  it('gathers what arrives during a flush', async () => {
    const first = add(() => insert('a'));
    const flush = await disk.next();
    const later = ['b', 'c', 'd'].map((id) => add(() => insert(id)));
    await turn();
    flush.resolve();
    (await disk.next()).resolve();
    await Promise.all([first, ...later]);
    expect(connection.transactions).toBe(2);
  });
});

describe('a failing work', () => {
  it('neither fails its neighbours nor leaves half of its own', async () => {
    const neighbours = [add(() => insert('before'))];
    const failing = add(() => {
      insert('half');
      throw new Error('a bug');
    });
    neighbours.push(add(() => insert('after')));
    (await disk.next()).resolve();
    await expect(failing).rejects.toThrow('a bug');
    await Promise.all(neighbours);
    expect(ids()).toEqual(['after', 'before']);
  });

  it('fails alone on what its own statement did wrong', async () => {
    const failing = add(() => {
      insert('half');
      insert('null', null);
    });
    const neighbour = add(() => insert('neighbour'));
    (await disk.next()).resolve();
    await expect(failing).rejects.toThrow('NOT NULL');
    await neighbour;
    expect(ids()).toEqual(['neighbour']);
  });
});

describe('trouble with the file', () => {
  it('fails all when it is full, undoes all, and passes when there is room', async () => {
    const pages = connection.get<{ page_count: number }>('PRAGMA page_count')?.page_count;
    connection.exec(`PRAGMA max_page_count = ${pages}`);
    const large = 'x'.repeat(100_000);
    const writes = [add(() => insert('small')), add(() => insert('large', large))];
    for (const write of writes) {
      await expect(write).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 1 });
    }
    expect(ids()).toEqual([]);

    connection.exec('PRAGMA max_page_count = 1000');
    const again = add(() => insert('large', large));
    (await disk.next()).resolve();
    await again;
    expect(ids()).toEqual(['large']);
  });

  it('accepts nothing more after a failed flush, which the next would hide', async () => {
    const write = add(() => insert('a'));
    (await disk.next()).reject(new Error('EIO'));
    await expect(write).rejects.toThrow(RetryableError);
    await expect(add(() => insert('b'))).rejects.toThrow(RetryableError);
    expect(() => commits.assertOpen('queue')).toThrow(RetryableError);
    expect(ids()).toEqual(['a']);
  });
});

describe('closing', () => {
  it('writes what is queued and refuses what comes later', async () => {
    const write = add(() => insert('queued'));
    const closing = commits.close();
    (await disk.next()).resolve();
    await closing;
    await write;
    await expect(add(() => insert('late'))).rejects.toThrow(RetryableError);
    expect(ids()).toEqual(['queued']);
  });
});
