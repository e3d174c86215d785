import { createBlobProbe } from '../../shared/heddle/adapters/azure/blob-list.ts';
import { lendServiceBus } from '../../shared/heddle/adapters/azure/lent-service-bus.ts';
import type { ServiceBusConnection } from '../../shared/heddle/adapters/azure/service-bus-connection.ts';
import { connectors } from '../../shared/heddle/connectors/connectors.ts';
import type { LentClients } from '../../shared/heddle/connectors/lent-clients.ts';
import {
  loadConnectors,
  type OpenConnectors,
  openConnectors,
} from '../../shared/heddle/connectors/open-connectors.ts';
import type { Connection } from '../../shared/heddle/ports/connection.ts';
import type { Probes } from '../../shared/heddle/ports/probes.ts';

export const loadedConnectors = await loadConnectors(connectors);

/** Lends a connection to Service Bus as adapters/azure does. */
export function createLend(serviceBus?: ServiceBusConnection): () => Promise<LentClients> {
  return async () => ({
    createCredential: () => {
      throw new Error('no identity is expected here');
    },
    serviceBus: serviceBus && lendServiceBus(serviceBus),
  });
}

interface Configured {
  readonly storageQueue?: Connection;
  /** Closed by its creator. */
  readonly serviceBus?: ServiceBusConnection;
}

/** Opens every connector; one that is not given is not configured. */
export function openTestConnectors({ storageQueue, serviceBus }: Configured): OpenConnectors {
  const lent: Connection = { kind: 'string', value: 'as lent' };
  return openConnectors(loadedConnectors, {
    connections: { 'storage-queue': storageQueue, 'service-bus': serviceBus && lent },
    lend: createLend(serviceBus),
  });
}

/** Creates the probes of pollers, over the same connectors. */
export function createProbes({ blobs, ...given }: Configured & { blobs?: Connection }): Probes {
  return { depth: openTestConnectors(given).depth, ...createBlobProbe(blobs) };
}
