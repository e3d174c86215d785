import type { Actors } from '../actors/actor.ts';
import type { Azure } from '../adapters/azure/azure.ts';
import type { EmbeddedOptions } from '../adapters/embedded/embedded.ts';
import type { Config } from '../config/config.ts';
import { connectors } from '../connectors/connectors.ts';
import { loadConnectors, openConnectors } from '../connectors/open-connectors.ts';
import type { Backend } from '../ports/backend.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { LiveClients } from '../ports/live-clients.ts';
import type { Logger } from '../ports/logger.ts';
import type { Probes } from '../ports/probes.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** The adapters that the app works with. */
export interface OpenBackend {
  readonly backend: Backend;
  /** Actors of the connectors, which send to queues and topics. */
  readonly actors: Actors;
  readonly liveClients: LiveClients;
  readonly probes: Probes;
  /** Undefined without a destination: nothing is traced or counted then. */
  readonly telemetry: Telemetry | undefined;
  close(): Promise<void>;
}

interface Opening {
  readonly logger: Logger;
  readonly backend: Backend | undefined;
  /** Absent: messages are received in the order in which they are due. */
  readonly lanes?: Lanes | undefined;
}

/**
 * Opens Service Bus and Cosmos DB where they are configured, otherwise one file on this machine.
 * The Azure adapters are loaded at their first use.
 */
export async function openBackend(
  config: Config,
  { logger, backend, lanes }: Opening,
): Promise<OpenBackend> {
  const telemetry = await openTelemetry(config, logger);
  const { load, close: closeAzure } = createAzureLoader(config);
  const { actors, depth } = openConnectors(await loadConnectors(connectors), {
    connections: config.connectors.connections,
    lend: async () => (await load()).lent,
  });
  const azure = config.azure.backend && !backend ? await load() : undefined;
  const opened =
    backend ?? azure?.backend ?? (await openEmbedded(toEmbedded(config, { logger, lanes })));
  return {
    backend: opened,
    actors,
    liveClients: createLiveClients(async () => (await load()).liveClients),
    probes: { depth, ...createBlobProbe(async () => (await load()).probes) },
    telemetry,
    async close() {
      await opened.close();
      await closeAzure();
      await telemetry?.close();
    },
  };
}

async function openTelemetry({ telemetry }: Config, logger: Logger) {
  if (telemetry.connectionString === '' && telemetry.otlpEndpoint === '') return undefined;
  const { createTelemetry } = await import('../adapters/telemetry/open-telemetry.ts');
  return createTelemetry({ ...telemetry, logger });
}

/** Beside the messages that are executed, as many are recorded or wait for a seat, and polls. */
function toEmbedded(
  { dataDir, lockMs, concurrency, polls }: Config,
  given: Pick<Opening, 'logger' | 'lanes'>,
): EmbeddedOptions {
  return { dataDir, lockMs, concurrency: 2 * concurrency + polls, ...given };
}

async function openEmbedded(options: EmbeddedOptions): Promise<Backend> {
  const { createEmbedded } = await import('../adapters/embedded/embedded.ts');
  return createEmbedded(options);
}

/** Opens Azure's adapters when they are first asked for, and closes what was opened. */
function createAzureLoader(config: Config) {
  let loading: Promise<Azure> | undefined;
  return {
    load(): Promise<Azure> {
      loading ??= loadAzure(config);
      return loading;
    },
    async close(): Promise<void> {
      await (await loading)?.close();
    },
  };
}

async function loadAzure({ azure }: Config): Promise<Azure> {
  const { createAzure } = await import('../adapters/azure/azure.ts');
  // The service keeps scheduled messages and uses real time, even where the app's clock is fixed.
  return createAzure({ ...azure, clock: Date });
}

function createLiveClients(load: () => Promise<LiveClients>): LiveClients {
  return {
    send: async (...given) => (await load()).send(...given),
    createUrl: async (...given) => (await load()).createUrl(...given),
  };
}

type BlobProbe = Pick<Probes, 'listBlobs'>;

function createBlobProbe(load: () => Promise<BlobProbe>): BlobProbe {
  return {
    async *listBlobs(...given) {
      yield* (await load()).listBlobs(...given);
    },
  };
}
