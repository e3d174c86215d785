import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import type { QueueSettings } from './service-bus/settings.ts';
import { type ServiceBusEmulator, startServiceBusEmulator } from './service-bus.ts';

/** Gives up quickly, so that failures show at once; endless retries repeat soon. */
const IMPATIENT = { retryOptions: { maxRetries: 0, timeoutInMs: 2000, retryDelayInMs: 50 } };

/** An emulator with a queue `q`, and clients of Microsoft's library. */
export interface ServiceBusScene {
  readonly emulator: ServiceBusEmulator;
  readonly client: ServiceBusClient;
  /** Opens another client, as another process would. */
  connect(): ServiceBusClient;
  end(): Promise<void>;
}

export async function createServiceBusScene(
  settings: Omit<QueueSettings, 'name'> = {},
): Promise<ServiceBusScene> {
  const emulator = await startServiceBusEmulator({ queues: [{ name: 'q', ...settings }] });
  const clients: ServiceBusClient[] = [];
  const connect = () => {
    const client = new ServiceBusClient(emulator.connectionString, IMPATIENT);
    clients.push(client);
    return client;
  };
  const end = async () => {
    await Promise.all(clients.map((client) => client.close()));
    await emulator.close();
  };
  return { emulator, client: connect(), connect, end };
}

/** Receives the messages that are there now, or come within the time. */
export async function receiveAll(
  receiver: ServiceBusReceiver,
  max = 10,
  withinMs = 200,
): Promise<ServiceBusReceivedMessage[]> {
  return receiver.receiveMessages(max, { maxWaitTimeInMs: withinMs });
}

export async function receiveOne(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
  if (message === undefined) throw new Error('No message came within 5 s.');
  return message;
}
