import type { QueueServiceClient } from '@azure/storage-queue';
import { type ConnectionSetting, findConnection } from '../settings/connection-setting.ts';
import { createCredential } from '../settings/credential.ts';

/** Few retries, since polling is a retry already; these are for settling messages. */
const options = { retryOptions: { maxTries: 2, retryDelayInMs: 200 } };
const defaultConnection = 'Storage'; // found as AzureWebJobsStorage

export function findQueueConnection(
  connection: unknown,
  env: NodeJS.ProcessEnv,
): ConnectionSetting {
  const name = String(connection || defaultConnection);
  return findConnection(name, env, ['queueServiceUri', 'accountName', 'serviceUri']);
}

/** Loads the SDK lazily, so that an app without queue triggers never loads it. */
export async function createQueueService(
  connection: ConnectionSetting,
): Promise<QueueServiceClient> {
  const { QueueServiceClient: Client } = await import('@azure/storage-queue');
  if (connection.kind === 'string') return Client.fromConnectionString(connection.value, options);
  return new Client(toServiceUrl(connection), await createCredential(connection), options);
}

function toServiceUrl(connection: Extract<ConnectionSetting, { kind: 'section' }>): string {
  return (
    connection.get('queueServiceUri') ??
    connection.get('serviceUri') ??
    `https://${connection.get('accountName')}.queue.core.windows.net`
  );
}
