import { CosmosClient } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { COLLECTIONS } from '../../../shared/collections.ts';

const DATABASE = 'heddle';
const BLOB_CONTAINERS = ['claims', 'documents'];

/** What the deployment makes in Azure: the database with its containers. */
export async function createDatabase(connectionString: string): Promise<void> {
  const client = new CosmosClient(connectionString);
  try {
    const { database } = await client.databases.createIfNotExists({ id: DATABASE });
    for (const { name } of COLLECTIONS) {
      const container = { id: name, partitionKey: '/id', defaultTtl: -1 };
      await database.containers.createIfNotExists(container);
    }
  } finally {
    client.dispose();
  }
}

/** The blob containers, and the storage queues that are sources of events. */
export async function createStorage(
  connectionString: string,
  queues: readonly string[],
): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for (const name of BLOB_CONTAINERS) await blobs.getContainerClient(name).createIfNotExists();
  const storage = QueueServiceClient.fromConnectionString(connectionString);
  for (const name of queues) await storage.getQueueClient(name).createIfNotExists();
}
