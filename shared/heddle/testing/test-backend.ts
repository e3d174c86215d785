import { SqliteDatabase } from '../adapters/embedded/database.ts';
import { SqliteQueue } from '../adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../adapters/embedded/sqlite-store.ts';
import type { Backend } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Collection, Document, DocumentStore } from '../ports/document-store.ts';

/** No process dies here, so no message is delivered again because its lock expired. */
const LOCK_MS = 20 * 365 * 86_400_000;

/** The embedded queue and store in memory. The test host delivers the messages. */
export interface TestBackend extends Backend {
  readonly queue: SqliteQueue;
  /** Count of calls so far: while it grows, something is going on. */
  readonly calls: () => number;
  /** Ids of a collection's documents, in the order in which they were created. */
  created(collection: Pick<Collection<never>, 'name'>): readonly string[];
}

export function createTestBackend(clock: Clock): TestBackend {
  const database = SqliteDatabase.open(':memory:');
  const created = new Map<string, string[]>();
  let calls = 0;
  const onCall = () => {
    calls += 1;
  };
  const store = counted(new SqliteStore(database, { clock }), onCall);
  return {
    queue: counted(new SqliteQueue(database, { clock, lockMs: LOCK_MS }), onCall),
    store: noting(store, created),
    calls: () => calls,
    created: ({ name }) => created.get(name) ?? [],
    close: () => database.close(),
  };
}

/** Calls `onCall` before each call of the port's methods, and once it has been answered. */
function counted<T extends object>(port: T, onCall: () => void): T {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        onCall();
        const answer: unknown = method.apply(target, given);
        if (answer instanceof Promise) answer.then(onCall, onCall);
        return answer;
      };
    },
  });
}

/** Lists are ordered by time, which stands still here: this remembers the order of creation. */
function noting(store: DocumentStore, created: Map<string, string[]>): DocumentStore {
  return {
    read: (...given) => store.read(...given),
    replace: (...given) => store.replace(...given),
    delete: (...given) => store.delete(...given),
    list: (...given) => store.list(...given),
    async create<T extends Document>(
      ...[collection, document, options]: Parameters<typeof store.create<T>>
    ) {
      const stored = await store.create(collection, document, options);
      const ids = created.get(collection.name);
      if (ids) ids.push(document.id);
      else created.set(collection.name, [document.id]);
      return stored;
    },
  };
}
