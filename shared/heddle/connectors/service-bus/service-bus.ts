import type { ConnectorCode } from '../connector.ts';
import { createServiceBusActor } from './actor.ts';
import { ServiceBusClient } from './client.ts';

export const code: ConnectorCode = {
  open: (_connection, lend) => new ServiceBusClient(lend),
  createActor: createServiceBusActor,
};
