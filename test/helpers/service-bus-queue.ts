import { MessageCodec } from '../../shared/heddle/adapters/azure/message-codec.ts';
import { ServiceBusConnection } from '../../shared/heddle/adapters/azure/service-bus-connection.ts';
import { ServiceBusQueue } from '../../shared/heddle/adapters/azure/service-bus-queue.ts';
import {
  type ServiceBusEmulator,
  type ServiceBusEmulatorOptions,
  startServiceBusEmulator,
} from '../emulators/service-bus.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { ServiceBusTestReceiver } from './service-bus-receiver.ts';

export interface ServiceBusScene {
  readonly emulator: ServiceBusEmulator;
  readonly connection: ServiceBusConnection;
  readonly queue: ServiceBusQueue;
  readonly receiver: ServiceBusTestReceiver;
  readonly blobs: MemoryBlobs;
  close(): Promise<void>;
}

/** Starts both ends of Heddle's queues, with the broker between them. */
export async function startServiceBusScene(
  options: ServiceBusEmulatorOptions = {},
): Promise<ServiceBusScene> {
  const emulator = await startServiceBusEmulator(options);
  const blobs = new MemoryBlobs();
  const codec = new MessageCodec({ blobs });
  const { connection, queue } = createQueue(emulator.connectionString, { codec });
  const receiver = new ServiceBusTestReceiver(emulator.connectionString, codec);
  return {
    emulator,
    connection,
    queue,
    receiver,
    blobs,
    async close() {
      await Promise.all([connection.close(), receiver.close()]);
      await emulator.close();
    },
  };
}

export function createQueue(
  value: string,
  { codec = new MessageCodec({ blobs: new MemoryBlobs() }), deadlineMs = 8000 } = {},
): { readonly connection: ServiceBusConnection; readonly queue: ServiceBusQueue } {
  const connection = new ServiceBusConnection({ kind: 'string', value }, { deadlineMs });
  return { connection, queue: new ServiceBusQueue({ connection, codec, clock: Date }) };
}
