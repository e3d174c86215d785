import { ConflictError, RetryableError } from '../../errors/errors.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  Stored,
  WriteOptions,
} from '../../ports/document-store.ts';
import { KeyedMutex } from './keyed-mutex.ts';

/** Maximum number of conflicts in a row. After that the message comes again. */
const MAX_CONFLICTS = 100;

const queues = new WeakMap<DocumentStore, KeyedMutex>();

export interface Update<T, R> {
  /** The document to write in place of what was found; undefined: it stays as it is. */
  readonly document?: T | undefined;
  readonly options?: WriteOptions;
  readonly result: R;
}

/**
 * Reads a document, decides, and writes the decision if nobody has written in between; otherwise it
 * starts again. `decide` has no side effects: it may be called several times.
 */
export function updateDocument<T extends Document, R>(
  store: DocumentStore,
  collection: Collection<T>,
  id: string,
  decide: (found: T | undefined) => Update<T, R> | Promise<Update<T, R>>,
): Promise<R> {
  const queue = queues.get(store) ?? new KeyedMutex();
  queues.set(store, queue);
  return queue.run(`${collection.name}/${id}`, async () => {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const stored = await store.read(collection, id);
      const { document, options, result } = await decide(stored?.document);
      if (!document || (await isWritten(store, collection, { stored, document, options }))) {
        return result;
      }
    }
    throw new RetryableError(
      'contention',
      `${collection.name}/${id} was changed by others ${MAX_CONFLICTS} times in a row`,
    );
  });
}

interface Write<T extends Document> {
  readonly stored: Stored<T> | undefined;
  readonly document: T;
  readonly options: WriteOptions | undefined;
}

async function isWritten<T extends Document>(
  store: DocumentStore,
  collection: Collection<T>,
  { stored, document, options }: Write<T>,
): Promise<boolean> {
  try {
    if (stored) await store.replace(collection, document, stored.etag, options);
    else await store.create(collection, document, options);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
