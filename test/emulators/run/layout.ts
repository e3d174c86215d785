import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import {
  toContainerRequest,
  toLayout,
} from '../../../shared/heddle/adapters/azure/cosmos-layout.ts';
import { COLLECTIONS } from '../../../shared/heddle/ports/collections.ts';
import type { Collection, Document } from '../../../shared/heddle/ports/document-store.ts';

const DATABASE = 'heddle';
const BLOB_CONTAINERS = ['claims', 'documents'];

/** Creates the database and its containers, as the deployment does in Azure. */
export async function createDatabase(connectionString: string): Promise<void> {
  const client = new CosmosClient(connectionString);
  try {
    const { database } = await client.databases.createIfNotExists({ id: DATABASE });
    for (const collection of COLLECTIONS) {
      const container = toContainerRequest(toLayout<Document>(collection as Collection<Document>));
      await database.containers.createIfNotExists(container);
    }
  } finally {
    client.dispose();
  }
}

/** Creates the blob containers, and the storage queues that are sources of events. */
export async function createStorage(
  connectionString: string,
  queues: readonly string[],
): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for (const name of BLOB_CONTAINERS) await blobs.getContainerClient(name).createIfNotExists();
  const storage = QueueServiceClient.fromConnectionString(connectionString);
  for (const name of queues) await storage.getQueueClient(name).createIfNotExists();
}
