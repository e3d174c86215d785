import { startAzurite } from '../../emulators/azurite.ts';
import { startCosmosEmulator } from '../../emulators/cosmos.ts';
import { createDatabase, createStorage } from '../../emulators/run/layout.ts';
import { HEDDLE_QUEUES } from '../../emulators/service-bus/settings.ts';
import { startServiceBusEmulator } from '../../emulators/service-bus.ts';
import type { Cleanup } from './cleanup.ts';
import { TcpProxy } from './tcp-proxy.ts';

export const MODES = ['embedded', 'azure'] as const;
export type Mode = (typeof MODES)[number];

/** The proxies before the emulators; an outage is theirs, since the emulators keep all in memory. */
export interface Services {
  readonly serviceBus: TcpProxy;
  readonly cosmos: TcpProxy;
  readonly blobs: TcpProxy;
}

export interface Backend {
  readonly env: Readonly<Record<string, string>>;
  /** Undefined: the embedded queue and store. */
  readonly services: Services | undefined;
}

export async function startBackend(mode: Mode, lockMs: number, cleanup: Cleanup): Promise<Backend> {
  if (mode === 'embedded') return { env: {}, services: undefined };
  const queues = HEDDLE_QUEUES.map((queue) => ({ ...queue, lockMs }));
  const serviceBus = await startServiceBusEmulator({ queues });
  cleanup.add(() => serviceBus.close());
  const cosmos = await startCosmosEmulator();
  cleanup.add(() => cosmos.close());
  const storage = await startAzurite();
  cleanup.add(() => storage.close());
  await createDatabase(cosmos.connectionString);
  await createStorage(storage.connectionString, []);
  const blobPort = Number(/BlobEndpoint=http:\/\/[^:]+:(\d+)/.exec(storage.connectionString)?.[1]);
  const services = {
    serviceBus: await TcpProxy.start(serviceBus.port),
    cosmos: await TcpProxy.start(cosmos.port),
    blobs: await TcpProxy.start(blobPort),
  };
  for (const proxy of Object.values(services)) cleanup.add(() => proxy.close());
  const through = (text: string, port: number, proxy: TcpProxy) =>
    text.replace(`:${port}`, `:${proxy.port}`);
  return {
    services,
    env: {
      ServiceBus: through(serviceBus.connectionString, serviceBus.port, services.serviceBus),
      Cosmos: through(cosmos.connectionString, cosmos.port, services.cosmos),
      AzureWebJobsStorage: through(storage.connectionString, blobPort, services.blobs),
    },
  };
}
