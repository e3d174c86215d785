import { AmqpServer } from './service-bus/amqp/server.ts';
import type { QueueCounts } from './service-bus/counts.ts';
import type { Faults } from './service-bus/faults.ts';
import { Namespace } from './service-bus/namespace.ts';
import { HEDDLE_QUEUES, type QueueSettings } from './service-bus/settings.ts';

export interface ServiceBusEmulatorOptions {
  /** Absent: a free port. */
  readonly port?: number;
  readonly queues?: readonly QueueSettings[];
}

export interface ServiceBusEmulator {
  readonly port: number;
  readonly connectionString: string;
  /** Counts by queue, in lower case; dead letters count under `<queue>/$deadletterqueue`. */
  readonly counts: Record<string, QueueCounts>;
  readonly faults: Faults;
  /** Count of messages that are due, locked or scheduled. */
  depth(queue: string): number;
  close(): Promise<void>;
}

/**
 * Service Bus over AMQP without TLS, in memory.
 *
 * @example
 * const emulator = await startServiceBusEmulator();
 * const client = new ServiceBusClient(emulator.connectionString);
 */
export async function startServiceBusEmulator(
  options: ServiceBusEmulatorOptions = {},
): Promise<ServiceBusEmulator> {
  const namespace = new Namespace(options.queues ?? HEDDLE_QUEUES);
  const server = new AmqpServer(namespace);
  const port = await server.listen(options.port ?? 0);
  return {
    port,
    connectionString: connectionString(port),
    counts: namespace.counts(),
    faults: createFaults(namespace, server),
    depth: (queue) => namespace.get(queue).queue.depth(),
    close: async () => {
      namespace.close();
      await server.close();
    },
  };
}

/** The key is not checked, but clients require one. */
function connectionString(port: number): string {
  return `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
}

function createFaults(namespace: Namespace, server: AmqpServer): Faults {
  const { plan } = namespace;
  return {
    refuseSends: (refusal = {}) => plan.sends.start(refusal),
    refuseSettlements: (refusal = {}) => plan.settlements.start(refusal),
    loseAcknowledgements: (times) => plan.acknowledgements.start({ times }),
    delay: (milliseconds) => {
      plan.delayMs = milliseconds;
    },
    dropConnections: () => server.dropConnections(),
    loseLocks: (queue) => {
      const entity = namespace.get(queue);
      entity.queue.loseLocks();
      entity.wake();
    },
    stop: () => plan.stop(),
  };
}
