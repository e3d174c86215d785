import { TerminalError } from '../../errors/errors.ts';

/** A service that is configured by its own settings. */
interface Service {
  readonly name: string;
  readonly setting: string;
  readonly endpoint: string;
}

export const SERVICE_BUS: Service = {
  name: 'Service Bus',
  setting: 'ServiceBus',
  endpoint: 'ServiceBus__fullyQualifiedNamespace',
};
export const STORAGE_QUEUES: Service = {
  name: 'storage queues',
  setting: 'AzureWebJobsStorage',
  endpoint: 'AzureWebJobsStorage__queueServiceUri',
};
export const STORAGE_BLOBS: Service = {
  name: 'blob storage',
  setting: 'AzureWebJobsStorage',
  endpoint: 'AzureWebJobsStorage__blobServiceUri',
};
export const WEB_PUBSUB: Service = {
  name: 'Web PubSub',
  setting: 'WebPubSub',
  endpoint: 'WebPubSub__endpoint',
};

/** @param code the code of the {@link TerminalError} that names the missing setting */
export function createNeed(code: string) {
  return function need<T>(made: T | undefined, { name, setting, endpoint }: Service): T {
    if (made !== undefined) return made;
    throw new TerminalError(
      `no connection to ${name} is configured: set ${setting} to a connection string, or ${endpoint} for an identity`,
      { code },
    );
  };
}
