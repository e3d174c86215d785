import type { Connector } from '../connector.ts';
import { QUEUE_NAME, QUEUE_NAME_RULE } from './queue-name.ts';

/** The app setting with the connection, which the host's trigger uses too. */
const SETTING = 'AzureWebJobsStorage';

export const storageQueue: Connector = {
  kind: 'storage-queue',
  description: 'Queues of the storage account in AzureWebJobsStorage.',
  service: {
    name: 'storage queues',
    setting: SETTING,
    endpoint: `${SETTING}__queueServiceUri`,
  },
  source: {
    name: 'storagequeue',
    description: 'a storage queue',
    setting: 'HEDDLE_STORAGE_QUEUES',
    queues: { pattern: QUEUE_NAME, noun: 'a storage queue', rule: QUEUE_NAME_RULE },
    toFunction: (queue) => ({
      name: `storage-queue-${queue}`,
      // Asks for bytes: the host would parse JSON, and its fields would overwrite the host's own
      // metadata.
      trigger: {
        dataType: 'binary',
        connection: SETTING,
        queueName: queue,
        type: 'queueTrigger',
      },
    }),
  },
  sink: { actor: 'storage-queue' },
  depth: {
    option: 'queue',
    label: 'queue (of storage)',
    pattern: QUEUE_NAME,
    expected: QUEUE_NAME_RULE,
    stateKey: '',
  },
  load: async () => (await import('./storage-queue.ts')).code,
};
