import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenBackend, openBackend } from '../../../shared/heddle/composition/open-backend.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import type { BlobPage } from '../../../shared/heddle/ports/probes.ts';
import { type Azurite, startAzurite } from '../../emulators/azurite.ts';
import { silent } from '../../helpers/world.ts';

const { signal } = new AbortController();

let azurite: Azurite;
let folder: string;
let world: OpenBackend;

beforeEach(async () => {
  azurite = await startAzurite();
  folder = await mkdtemp(join(tmpdir(), 'heddle-probes-'));
});
afterEach(async () => {
  await world.close();
  await azurite.close();
  await rm(folder, { recursive: true });
});

async function open(settings: Record<string, string>): Promise<void> {
  const config = loadConfig({ HEDDLE_DATA_DIR: folder, ...settings });
  world = await openBackend(config, { logger: silent, backend: undefined });
}

async function list({ probes }: OpenBackend): Promise<readonly BlobPage[]> {
  const pages: BlobPage[] = [];
  for await (const page of probes.listBlobs('uploads', { prefix: '', signal })) pages.push(page);
  return pages;
}

it('look at the account of AzureWebJobsStorage, beside an embedded queue and store', async () => {
  await open({ AzureWebJobsStorage: azurite.connectionString });
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  await queues.createQueue('orders');
  await queues.getQueueClient('orders').sendMessage('x');
  expect(await world.probes.depth('storage-queue', 'orders', { max: 100, signal })).toBe(1);
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const { containerClient } = await blobs.createContainer('uploads');
  await containerClient.uploadBlockBlob('a.txt', 'a', 1);
  const [page] = await list(world);
  expect(page).toMatchObject({ containerUrl: containerClient.url, blobs: [{ name: 'a.txt' }] });
});

it('say which setting is missing', async () => {
  await open({});
  const { probes } = world;
  const options = { max: 1, signal };
  const depthOf = (connector: string) => probes.depth(connector, 'orders', options);
  await expect(depthOf('storage-queue')).rejects.toThrow('AzureWebJobsStorage');
  await expect(depthOf('service-bus')).rejects.toThrow('ServiceBus');
  await expect(list(world)).rejects.toThrow('AzureWebJobsStorage__blobServiceUri');
});
