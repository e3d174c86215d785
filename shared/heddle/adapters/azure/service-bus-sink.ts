import type { ServiceBusMessage as Wire } from '@azure/service-bus';
import { TerminalError } from '../../errors/errors.ts';
import type { ServiceBusMessage } from '../../ports/sinks.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';
import { type Counting, countMessages } from './service-bus-depth.ts';
import { toServiceBusSinkError } from './service-bus-errors.ts';

/** Excludes `$`, which would name parts of an entity that are not for sending. */
const ENTITY = /^[\w./-]{1,260}$/;

/** Sends to any queue or topic of the namespace of Heddle's own queues, and counts its messages. */
export class ServiceBusSink {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  async send(entity: string, message: ServiceBusMessage): Promise<void> {
    if (!ENTITY.test(entity)) throw toWrongName(entity);
    const wire = toWire(message);
    try {
      await this.#connection.call((links, abortSignal) =>
        links.sender(entity).sendMessages(wire, { abortSignal }),
      );
    } catch (cause) {
      throw toServiceBusSinkError({ entity, cause });
    }
  }

  /**
   * Counts active messages, locked ones included, by peeking: the service's own counts need the
   * right to manage the namespace.
   */
  async depth(entity: string, { max, signal }: Counting): Promise<number> {
    if (!ENTITY.test(entity)) throw toWrongName(entity);
    try {
      return await this.#connection.call((links, deadline) =>
        countMessages(links.receiver(entity), {
          max,
          signal: AbortSignal.any([signal, deadline]),
          isCounted: ({ state }) => state === 'active',
        }),
      );
    } catch (cause) {
      throw toServiceBusSinkError({ entity, cause });
    }
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
    `expected the name of a Service Bus queue or topic (letters, digits, ".", "-", "_", "/"), received ${name}: correct the trigger's input`,
    { code: 'sink_refused' },
  );
}
