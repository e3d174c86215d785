import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';

const azure = {
  ServiceBus__fullyQualifiedNamespace: 'x.servicebus.windows.net',
  Cosmos__accountEndpoint: 'https://x.documents.azure.com',
  AzureWebJobsStorage__blobServiceUri: 'https://x.blob.core.windows.net',
  AzureWebJobsStorage__queueServiceUri: 'https://x.queue.core.windows.net',
};

describe('the mode in which functions are registered', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['blanks', { ServiceBus: ' ', HEDDLE_DISPATCH: '', HEDDLE_STORAGE_QUEUES: ' ' }],
    ['Azure', azure],
    ['a connection string', { ...azure, ServiceBus: 'Endpoint=sb://localhost' }],
    ['no dispatch', { ...azure, HEDDLE_DISPATCH: 'off' }],
    ['HTTP streams', { HEDDLE_HTTP_STREAM: 'on' }],
    ['storage queues', { ...azure, HEDDLE_STORAGE_QUEUES: 'orders, ,returns' }],
  ])('of %s is that of the whole configuration', (_, env) => {
    const config = loadConfig(env);
    expect(readMode(env)).toEqual({
      isDispatching: config.isDispatching,
      isOnServiceBus: config.azure.backend !== undefined,
      isStreaming: config.isStreaming,
      queues: config.connectors.queues,
    });
  });

  it('leaves out what no storage queue is called, which the configuration refuses', () => {
    const { queues } = readMode({ HEDDLE_STORAGE_QUEUES: 'Orders,a_b,ok-1' });
    expect(queues).toEqual({ 'storage-queue': ['ok-1'] });
  });
});
