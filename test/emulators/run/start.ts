import { startAzurite } from '../azurite.ts';
import { startCosmosEmulator } from '../cosmos.ts';
import { startServiceBusEmulator } from '../service-bus.ts';
import { createDatabase, createStorage } from './layout.ts';
import type { RunOptions } from './options.ts';

export interface RunningEmulators {
  /** The `Values` that the app needs in local.settings.json to use the emulators. */
  readonly values: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** Starts all three emulators with the deployment's resources, or none. */
export async function startEmulators(
  options: RunOptions,
  storageQueues: readonly string[],
): Promise<RunningEmulators> {
  const started: Closable[] = [];
  const close = async () => {
    await Promise.all(started.map((emulator) => emulator.close()));
  };
  const keep = <T extends Closable>(emulator: T): T => {
    started.push(emulator);
    return emulator;
  };
  try {
    const serviceBus = keep(await startServiceBusEmulator({ port: options.serviceBusPort }));
    const cosmos = keep(await startCosmosEmulator({ port: options.cosmosPort }));
    const storage = keep(await startAzurite(options));
    await createDatabase(cosmos.connectionString);
    await createStorage(storage.connectionString, storageQueues);
    const values = {
      ServiceBus: serviceBus.connectionString,
      Cosmos: cosmos.connectionString,
      AzureWebJobsStorage: storage.connectionString,
    };
    return { values, close };
  } catch (error) {
    await close();
    throw error;
  }
}
