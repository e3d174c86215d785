import type { Connector } from '../connector.ts';
import { ENTITY_NAME } from './entity-name.ts';

/** Queues and topics beside Heddle's own, which adapters/azure sends to. */
export const serviceBus: Connector = {
  kind: 'service-bus',
  description: 'Queues and topics of the Service Bus namespace that Heddle runs on.',
  service: {
    name: 'Service Bus',
    setting: 'ServiceBus',
    endpoint: 'ServiceBus__fullyQualifiedNamespace',
  },
  sink: { actor: 'service-bus' },
  depth: {
    option: 'serviceBus',
    pattern: ENTITY_NAME,
    expected: 'the name of a Service Bus queue',
    stateKey: 'bus:',
    maxCounted: 1000,
  },
  load: async () => (await import('./service-bus.ts')).code,
};
