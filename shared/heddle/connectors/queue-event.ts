import { InvariantError } from '../errors/errors.ts';
import type { SourceEvent } from '../sources/source.ts';
import type { QueueDelivery } from './connector.ts';
import { sourceConnectors } from './connectors.ts';

/** Converts a message of a connector's queue. */
export async function toQueueEvent(
  kind: string,
  delivery: QueueDelivery,
): Promise<{ readonly source: string; readonly event: SourceEvent }> {
  const connector = sourceConnectors.find((one) => one.kind === kind);
  const code = await connector?.load();
  if (connector && code?.toEvent) {
    return { source: connector.source.name, event: code.toEvent(delivery) };
  }
  throw new InvariantError(`a message came for the connector ${kind}, which is no source`);
}
