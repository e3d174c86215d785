import { TICKS } from '../../ports/collections.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventQueue } from '../../ports/event-queue.ts';
import type { Part } from '../../ports/health.ts';
import type { BlobStore } from './blob-store.ts';
import { CLAIM_CONTAINER } from './message-codec.ts';

interface Asked {
  readonly queue: Pick<EventQueue, 'depth'>;
  readonly store: Pick<DocumentStore, 'read'>;
  readonly blobs: Pick<BlobStore, 'get'>;
}

/** The services that the queue and the store need, each asked by its cheapest read. */
export function createAzureParts({ queue, store, blobs }: Asked): readonly Part[] {
  const isVital = true;
  return [
    {
      ...{ name: 'queue', technology: 'Service Bus', isVital },
      ask: async () => void (await queue.depth()),
    },
    {
      ...{ name: 'store', technology: 'Cosmos DB', isVital },
      ask: async () => void (await store.read(TICKS, 'tick')),
    },
    {
      // Only what is large needs it, and a small event is accepted without.
      ...{ name: 'blobs', technology: 'blob storage', isVital: false },
      ask: async () => void (await blobs.get(CLAIM_CONTAINER, 'heddle-health')),
    },
  ];
}
