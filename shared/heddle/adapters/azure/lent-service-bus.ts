import type { ServiceBusReceiver } from '@azure/service-bus';
import type { ServiceBusConnection } from './service-bus-connection.ts';
import { type Counting, countMessages } from './service-bus-depth.ts';
import { explainServiceBusError } from './service-bus-errors.ts';

/** Lends the connection of the event queue to connectors, which send to other queues and topics. */
export function lendServiceBus(connection: ServiceBusConnection) {
  return {
    call: connection.call.bind(connection),
    countActive: (receiver: ServiceBusReceiver, { max, signal }: Counting) =>
      countMessages(receiver, { max, signal, isCounted: ({ state }) => state === 'active' }),
    explain: explainServiceBusError,
  };
}
