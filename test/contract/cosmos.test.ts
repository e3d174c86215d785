import { afterAll, beforeAll } from 'vitest';
import { CosmosStore } from '../../shared/heddle/adapters/azure/cosmos-store.ts';
import { type CosmosEmulator, startCosmosEmulator } from '../emulators/cosmos.ts';
import { MemoryBlobs } from '../helpers/memory-blobs.ts';
import { describeDocumentStore } from './document-store.ts';
import type { StoreSubject } from './store-scene.ts';

let emulator: CosmosEmulator;
let databases = 0;

beforeAll(async () => {
  emulator = await startCosmosEmulator();
});
afterAll(() => emulator.close());

async function createSubject(): Promise<StoreSubject> {
  const store = new CosmosStore({
    connection: { kind: 'string', value: emulator.connectionString },
    database: `contract-${databases++}`,
    blobs: new MemoryBlobs(),
  });
  return {
    store,
    advance: () => Promise.reject(new Error('expected no test that lets time pass')),
    close: () => store.close(),
  };
}

describeDocumentStore('Cosmos', createSubject, {
  runs: 60,
  skip: { ttl: 'the emulator has no TTL' },
});
