import type { RetryOptions, ServiceBusClient } from '@azure/service-bus';
import { type ConnectionSetting, findConnection } from '../settings/connection-setting.ts';
import { createCredential } from '../settings/credential.ts';

const defaultConnection = 'ServiceBus'; // found as AzureWebJobsServiceBus

export function findServiceBusConnection(
  connection: unknown,
  env: NodeJS.ProcessEnv,
): ConnectionSetting {
  return findConnection(String(connection || defaultConnection), env, ['fullyQualifiedNamespace']);
}

/** Loads the SDK lazily, so that an app without Service Bus triggers never loads it. */
export async function createServiceBusClient(
  connection: ConnectionSetting,
  retry: RetryOptions,
): Promise<ServiceBusClient> {
  const { ServiceBusClient: Client } = await import('@azure/service-bus');
  // A copy, since the SDK writes into the options.
  const options = { retryOptions: { ...retry } };
  if (connection.kind === 'string') return new Client(connection.value, options);
  const host = connection.get('fullyQualifiedNamespace') ?? '';
  return new Client(host, await createCredential(connection), options);
}
