import { afterAll } from 'vitest';
import { type Azurite, startAzurite } from '../emulators/azurite.ts';
import { type CosmosEmulator, startCosmosEmulator } from '../emulators/cosmos.ts';
import {
  type ServiceBusEmulator,
  type ServiceBusEmulatorOptions,
  startServiceBusEmulator,
} from '../emulators/service-bus.ts';

/** The backend of the end-to-end tests: vitest.config.ts runs them with each. */
export const isAzure = process.env.HEDDLE_TEST_BACKEND === 'azure';

/** Long enough for a slow machine to renew, short enough to wait for. */
const LOCK_MS = 3000;

/** Emulators in this process, which survive the death of the app's process. */
export interface AzureBackend extends AsyncDisposable {
  readonly serviceBus: ServiceBusEmulator;
  readonly cosmos: CosmosEmulator;
  readonly azurite: Azurite;
  /** The environment that makes the app use them. */
  readonly env: NodeJS.ProcessEnv;
}

export async function startAzureBackend(
  options: ServiceBusEmulatorOptions = {},
): Promise<AzureBackend> {
  const queues = [
    { name: 'events', lockMs: LOCK_MS },
    { name: 'events-ordered', lockMs: LOCK_MS, requiresSession: true },
    { name: 'events-urgent', lockMs: LOCK_MS },
  ];
  const [serviceBus, cosmos, azurite] = await Promise.all([
    startServiceBusEmulator({ queues, ...options }),
    startCosmosEmulator(),
    startAzurite(),
  ]);
  return {
    ...{ serviceBus, cosmos, azurite },
    env: {
      ServiceBus: serviceBus.connectionString,
      Cosmos: cosmos.connectionString,
      AzureWebJobsStorage: azurite.connectionString,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([serviceBus.close(), cosmos.close(), azurite.close()]);
    },
  };
}

const started: Promise<AzureBackend>[] = [];
afterAll(async () => {
  for (const backend of started.splice(0)) await (await backend)[Symbol.asyncDispose]();
});

/** Starts a backend for the tests of the file, and returns its settings; none for embedded. */
export async function startBackend(): Promise<NodeJS.ProcessEnv> {
  if (!isAzure) return {};
  const backend = startAzureBackend();
  started.push(backend);
  return (await backend).env;
}
