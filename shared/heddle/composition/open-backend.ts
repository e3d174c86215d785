import type { Azure } from '../adapters/azure/azure.ts';
import type { EmbeddedOptions } from '../adapters/embedded/embedded.ts';
import type { Config } from '../config/config.ts';
import type { Backend } from '../ports/backend.ts';
import type { Logger } from '../ports/logger.ts';
import type { Probes } from '../ports/probes.ts';
import type { Sinks } from '../ports/sinks.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** The adapters that the app works with. */
export interface OpenBackend {
  readonly backend: Backend;
  readonly sinks: Sinks;
  readonly probes: Probes;
  /** Undefined without a destination: nothing is traced or counted then. */
  readonly telemetry: Telemetry | undefined;
  close(): Promise<void>;
}

/**
 * Opens Service Bus and Cosmos DB where they are configured, otherwise one file on this machine.
 * The Azure adapters are loaded at their first use.
 */
export async function openBackend(
  config: Config,
  { logger, backend }: { logger: Logger; backend: Backend | undefined },
): Promise<OpenBackend> {
  const telemetry = await openTelemetry(config, logger);
  let loading: Promise<Azure> | undefined;
  const load = () => {
    loading ??= loadAzure(config);
    return loading;
  };
  const azure = config.azure.backend && !backend ? await load() : undefined;
  const opened = backend ?? azure?.backend ?? (await openEmbedded({ ...config, logger }));
  return {
    backend: opened,
    sinks: createSinks(async () => (await load()).sinks),
    probes: createProbes(async () => (await load()).probes),
    telemetry,
    async close() {
      await opened.close();
      await (await loading)?.close();
      await telemetry?.close();
    },
  };
}

async function openTelemetry({ telemetry }: Config, logger: Logger) {
  if (telemetry.connectionString === '' && telemetry.otlpEndpoint === '') return undefined;
  const { createTelemetry } = await import('../adapters/telemetry/open-telemetry.ts');
  return createTelemetry({ ...telemetry, logger });
}

async function openEmbedded(options: EmbeddedOptions): Promise<Backend> {
  const { createEmbedded } = await import('../adapters/embedded/embedded.ts');
  return createEmbedded(options);
}

async function loadAzure({ azure }: Config): Promise<Azure> {
  const { createAzure } = await import('../adapters/azure/azure.ts');
  // The service keeps scheduled messages and uses real time, even where the app's clock is fixed.
  return createAzure({ ...azure, clock: Date });
}

function createSinks(load: () => Promise<Sinks>): Sinks {
  return {
    sendToServiceBus: async (...given) => (await load()).sendToServiceBus(...given),
    sendToStorageQueue: async (...given) => (await load()).sendToStorageQueue(...given),
    sendToWebPubSub: async (...given) => (await load()).sendToWebPubSub(...given),
    createWebPubSubUrl: async (...given) => (await load()).createWebPubSubUrl(...given),
  };
}

function createProbes(load: () => Promise<Probes>): Probes {
  return {
    storageQueueDepth: async (...given) => (await load()).storageQueueDepth(...given),
    serviceBusDepth: async (...given) => (await load()).serviceBusDepth(...given),
    async *listBlobs(...given) {
      yield* (await load()).listBlobs(...given);
    },
  };
}
