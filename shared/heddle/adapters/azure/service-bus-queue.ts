import { createHash } from 'node:crypto';
import type { ServiceBusMessage } from '@azure/service-bus';
import { InvariantError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventQueue, OutgoingMessage, Sent } from '../../ports/event-queue.ts';
import type { MessageCodec } from './message-codec.ts';
import { sendInBatches, toScheduledChunks } from './service-bus-batches.ts';
import type { ServiceBusCall, ServiceBusConnection } from './service-bus-connection.ts';
import { countMessages } from './service-bus-depth.ts';
import { toQueueError, toServiceBusCode } from './service-bus-errors.ts';

export const EVENTS = 'events';
/** The queue with sessions: an ordering key is a session id. */
export const ORDERED_EVENTS = 'events-ordered';
/**
 * The queue of urgent messages, which has a function of its own: Service Bus has no priorities
 * within a queue.
 */
export const URGENT_EVENTS = 'events-urgent';

const MAX_DEPTH = 100;
/** Limit of message ids and session ids, in characters. */
const MAX_ID_LENGTH = 128;

export interface ServiceBusQueueOptions {
  readonly connection: ServiceBusConnection;
  readonly codec: MessageCodec;
  readonly clock: Pick<Clock, 'now'>;
}

interface Prepared {
  /** The position in the messages to send. */
  readonly index: number;
  readonly message: ServiceBusMessage & { readonly body: Buffer };
  readonly delayMs: number;
  readonly entity: string;
}

/** The sending side of Heddle's queues; the Functions host receives. */
export class ServiceBusQueue implements EventQueue {
  readonly #connection: ServiceBusConnection;
  readonly #codec: MessageCodec;
  readonly #clock: Pick<Clock, 'now'>;

  constructor({ connection, codec, clock }: ServiceBusQueueOptions) {
    this.#connection = connection;
    this.#codec = codec;
    this.#clock = clock;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly Sent[]> {
    const prepared = await Promise.all(messages.map((one, index) => this.#prepare(one, index)));
    const sent: Sent[] = messages.map(() => 'accepted');
    const now = prepared.filter(({ delayMs }) => delayMs === 0);
    const later = prepared.filter(({ delayMs }) => delayMs > 0);
    await Promise.all([
      ...[...Map.groupBy(now, toBatch).values()].map((group) => this.#sendNow(group)),
      ...[...Map.groupBy(later, ({ delayMs }) => delayMs).values()].map((group) =>
        this.#schedule(group, sent),
      ),
    ]);
    return sent;
  }

  async cancel(sequence: number): Promise<boolean> {
    const { default: Long } = await import('long');
    try {
      await this.#connection.call((links, abortSignal) =>
        links.sender(EVENTS).cancelScheduledMessages(Long.fromNumber(sequence), { abortSignal }),
      );
      return true;
    } catch (cause) {
      if (toServiceBusCode(cause) === 'MessageNotFound') return false;
      throw toQueueError({ entity: EVENTS, cause });
    }
  }

  /** Counts by peeking, since exact counts need the right to manage the queue. */
  async depth(): Promise<number> {
    const counts = await Promise.all(
      [EVENTS, ORDERED_EVENTS, URGENT_EVENTS].map((entity) => this.#count(entity)),
    );
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Math.min(MAX_DEPTH, total);
  }

  async #prepare(outgoing: OutgoingMessage, index: number): Promise<Prepared> {
    const { id, body, delayMs = 0, orderingKey, isUrgent = false } = outgoing;
    const common = isUrgent && delayMs === 0 ? URGENT_EVENTS : EVENTS;
    if (delayMs > 0 && orderingKey !== undefined) {
      throw new InvariantError(`the message ${id} has both an ordering key and a delay`);
    }
    const message = {
      messageId: toShortId(id),
      body: await this.#codec.encode(id, body),
      ...(orderingKey === undefined ? {} : { sessionId: toShortId(orderingKey) }),
    };
    const entity = orderingKey === undefined ? common : ORDERED_EVENTS;
    return { index, message, delayMs, entity };
  }

  async #count(entity: string): Promise<number> {
    try {
      return await this.#connection.call((links, signal) =>
        countMessages(links.receiver(entity), { max: MAX_DEPTH, signal }),
      );
    } catch (cause) {
      if (isMissingUrgent(entity, cause)) return 0;
      throw toQueueError({ entity, cause });
    }
  }

  /**
   * Sends messages of one session only: a partitioned queue need not accept several in one batch.
   */
  async #sendNow(group: readonly Prepared[]): Promise<void> {
    const messages = group.map(({ message }) => message);
    const entity = group[0]?.entity ?? EVENTS;
    try {
      await sendInBatches({ connection: this.#connection, entity }, messages);
    } catch (cause) {
      if (!isMissingUrgent(entity, cause)) throw toQueueError({ entity, cause });
      await this.#sendNow(group.map((one) => ({ ...one, entity: EVENTS })));
    }
  }

  async #schedule(group: readonly Prepared[], sent: Sent[]): Promise<void> {
    const due = new Date(this.#clock.now() + (group[0]?.delayMs ?? 0));
    for (const chunk of toScheduledChunks(group, ({ message }) => message.body.length)) {
      const messages = chunk.map(({ message }) => message);
      const sequences = await this.#call(EVENTS, (links, abortSignal) =>
        links.sender(EVENTS).scheduleMessages(messages, due, { abortSignal }),
      );
      for (const [position, { index }] of chunk.entries()) {
        sent[index] = toSequence(sequences[position]);
      }
    }
  }

  async #call<T>(entity: string, work: ServiceBusCall<T>): Promise<T> {
    try {
      return await this.#connection.call(work);
    } catch (cause) {
      throw toQueueError({ entity, cause });
    }
  }
}

/** Messages that may be sent together. */
function toBatch({ entity, message: { sessionId = '' } }: Prepared): string {
  return `${entity}/${sessionId}`;
}

/** A namespace of the version before has no queue for urgent messages until it is deployed again. */
function isMissingUrgent(entity: string, cause: unknown): boolean {
  return entity === URGENT_EVENTS && toServiceBusCode(cause) === 'MessagingEntityNotFound';
}

function toSequence(sequence: { toNumber(): number } | undefined): number {
  if (sequence === undefined) {
    throw new InvariantError('Service Bus scheduled fewer messages than it was given');
  }
  return sequence.toNumber();
}

function toShortId(id: string): string {
  return id.length <= MAX_ID_LENGTH ? id : createHash('sha256').update(id).digest('hex');
}
