import type { ConnectorCode } from '../connector.ts';
import { createStorageQueueActor } from './actor.ts';
import { StorageQueueClient } from './client.ts';
import { toQueueEvent, toQueueMessage } from './source.ts';

export const code: ConnectorCode = {
  open: (connection, lend) => new StorageQueueClient(connection, lend),
  createActor: createStorageQueueActor,
  toEvent: (delivery) => toQueueEvent(toQueueMessage(delivery)),
};
