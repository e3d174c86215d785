import type { ServiceBusMessage as Wire } from '@azure/service-bus';
import { InvariantError, TerminalError } from '../../errors/errors.ts';
import type { DepthOptions, DepthProbe } from '../../ports/probes.ts';
import type { MessageSink } from '../../ports/sinks.ts';
import type { LentClients, LentServiceBus } from '../lent-clients.ts';
import type { ServiceBusMessage } from './actor.ts';
import { toServiceBusSinkError } from './sink-error.ts';

/** Excludes `$`, which would name parts of an entity that are not for sending. */
const ENTITY = /^[\w./-]{1,260}$/;

type Lend = () => Promise<Pick<LentClients, 'serviceBus'>>;

/** Sends to any queue or topic of the namespace of Heddle's own queues, and counts its messages. */
export class ServiceBusClient implements MessageSink<ServiceBusMessage>, DepthProbe {
  readonly #lend: Lend;

  constructor(lend: Lend) {
    this.#lend = lend;
  }

  async send(entity: string, message: ServiceBusMessage): Promise<void> {
    if (!ENTITY.test(entity)) throw toWrongName(entity);
    const wire = toWire(message);
    const bus = await this.#borrow();
    try {
      await bus.call((links, abortSignal) =>
        links.sender(entity).sendMessages(wire, { abortSignal }),
      );
    } catch (cause) {
      throw toServiceBusSinkError(bus, { entity, cause });
    }
  }

  /**
   * Counts active messages, locked ones included, by peeking: the service's own counts need the
   * right to manage the namespace.
   */
  async depth(entity: string, { max, signal }: DepthOptions): Promise<number> {
    if (!ENTITY.test(entity)) throw toWrongName(entity);
    const bus = await this.#borrow();
    try {
      return await bus.call((links, deadline) =>
        bus.countActive(links.receiver(entity), {
          max,
          signal: AbortSignal.any([signal, deadline]),
        }),
      );
    } catch (cause) {
      throw toServiceBusSinkError(bus, { entity, cause });
    }
  }

  async #borrow(): Promise<LentServiceBus> {
    const { serviceBus } = await this.#lend();
    if (serviceBus) return serviceBus;
    throw new InvariantError('Service Bus is configured, and no connection to it is lent');
  }
}

function toWire(message: ServiceBusMessage): Wire {
  const { body, id, contentType, subject, sessionId, properties, delayMs = 0 } = message;
  return {
    // Bytes, since the library would send a string as JSON, in quotes.
    body: Buffer.from(body, 'utf8'),
    ...(id !== undefined && { messageId: id }),
    ...(contentType !== undefined && { contentType }),
    ...(subject !== undefined && { subject }),
    ...(sessionId !== undefined && { sessionId }),
    ...(properties !== undefined && { applicationProperties: { ...properties } }),
    ...(delayMs > 0 && { scheduledEnqueueTimeUtc: new Date(Date.now() + delayMs) }),
  };
}

function toWrongName(entity: string): TerminalError {
  const name = JSON.stringify(entity.slice(0, 100));
  return new TerminalError(
    'sink_refused',
    `expected the name of a Service Bus queue or topic (letters, digits, ".", "-", "_", "/"), received ${name}: correct the trigger's input`,
  );
}
