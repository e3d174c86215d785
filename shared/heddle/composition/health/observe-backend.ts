import type { Backend } from '../../ports/backend.ts';
import type { Document, DocumentStore } from '../../ports/document-store.ts';
import type { EventQueue } from '../../ports/event-queue.ts';
import { type Vitals, watch } from './vitals.ts';

/** Passes each call on, and remembers in the vitals how it ended. */
export function observeBackend(
  { queue, store }: Pick<Backend, 'queue' | 'store'>,
  vitals: Vitals,
): Pick<Backend, 'queue' | 'store'> {
  return { queue: observeQueue(queue, vitals), store: observeStore(store, vitals) };
}

function observeQueue(queue: EventQueue, { queueWrites }: Vitals): EventQueue {
  return {
    send: (messages) => watch(queueWrites, () => queue.send(messages)),
    cancel: (sequence) => watch(queueWrites, () => queue.cancel(sequence)),
    depth: () => queue.depth(),
    measureLag: (options) => queue.measureLag(options),
  };
}

function observeStore(store: DocumentStore, { storeReads, storeWrites }: Vitals): DocumentStore {
  return {
    create: <T extends Document>(...given: Parameters<typeof store.create<T>>) =>
      watch(storeWrites, () => store.create(...given)),
    replace: <T extends Document>(...given: Parameters<typeof store.replace<T>>) =>
      watch(storeWrites, () => store.replace(...given)),
    delete: (...given) => watch(storeWrites, () => store.delete(...given)),
    read: (...given) => watch(storeReads, () => store.read(...given)),
    list: (...given) => watch(storeReads, () => store.list(...given)),
  };
}
