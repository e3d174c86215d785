import type { DepthTarget } from '../ports/probes.ts';
import type { Connector, ConnectorSource } from './connector.ts';
import { serviceBus } from './service-bus/index.ts';
import { storageQueue } from './storage-queue/index.ts';

/**
 * Every connector. Its actor, its source, the functions of its queues, its app settings and what
 * poller `queue-depth` watches are made of its row.
 */
export const connectors: readonly Connector[] = [storageQueue, serviceBus];

/** A connector whose messages become events. */
export type SourceConnector = Connector & { readonly source: ConnectorSource };

export const sourceConnectors = connectors.filter(
  (connector): connector is SourceConnector => connector.source !== undefined,
);

export const depthTargets: readonly DepthTarget[] = connectors.flatMap(
  ({ kind, service, depth }) => (depth ? [{ ...depth, connector: kind, title: service.name }] : []),
);
