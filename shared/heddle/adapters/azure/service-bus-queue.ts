import { createHash } from 'node:crypto';
import type { ServiceBusMessage, ServiceBusReceivedMessage } from '@azure/service-bus';
import { InvariantError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventQueue, OutgoingMessage, Sent } from '../../ports/event-queue.ts';
import type { Backlog } from '../../ports/health.ts';
import type { MessageCodec } from './message-codec.ts';
import { sendInBatches, toScheduledChunks } from './service-bus-batches.ts';
import type { ServiceBusCall, ServiceBusConnection } from './service-bus-connection.ts';
import { countMessages } from './service-bus-depth.ts';
import { toQueueError, toServiceBusCode } from './service-bus-errors.ts';

export const EVENTS = 'events';
/** The queue with sessions: an ordering key is a session id. */
export const ORDERED_EVENTS = 'events-ordered';

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
}

/** The sending side of Heddle's two queues; the Functions host receives. */
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
      ...[...Map.groupBy(now, ({ message }) => message.sessionId).values()].map((group) =>
        this.#sendNow(group),
      ),
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
    return (await this.backlog()).queued;
  }

  /** Locked messages count as due: peeking does not tell them apart. */
  async backlog(): Promise<Backlog> {
    const dues: number[] = [];
    const counts = await Promise.all(
      [EVENTS, ORDERED_EVENTS].map((entity) =>
        this.#call(entity, (links, signal) =>
          countMessages(links.receiver(entity), {
            ...{ max: MAX_DEPTH, signal },
            onMessage: (message) => dues.push(...toDueAt(message)),
          }),
        ),
      ),
    );
    const queued = Math.min(
      MAX_DEPTH,
      counts.reduce((sum, count) => sum + count, 0),
    );
    if (dues.length === 0) return { queued };
    return { queued, oldestDueMs: Math.max(0, this.#clock.now() - Math.min(...dues)) };
  }

  async #prepare(outgoing: OutgoingMessage, index: number): Promise<Prepared> {
    const { id, body, delayMs = 0, orderingKey } = outgoing;
    if (delayMs > 0 && orderingKey !== undefined) {
      throw new InvariantError(`the message ${id} has both an ordering key and a delay`);
    }
    const message = {
      messageId: toShortId(id),
      body: await this.#codec.encode(id, body),
      ...(orderingKey === undefined ? {} : { sessionId: toShortId(orderingKey) }),
    };
    return { index, message, delayMs };
  }

  /**
   * Sends messages of one session only: a partitioned queue need not accept several in one batch.
   */
  async #sendNow(group: readonly Prepared[]): Promise<void> {
    const messages = group.map(({ message }) => message);
    const entity = messages[0]?.sessionId === undefined ? EVENTS : ORDERED_EVENTS;
    try {
      await sendInBatches({ connection: this.#connection, entity }, messages);
    } catch (cause) {
      throw toQueueError({ entity, cause });
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

/** Unix milliseconds since when an active message is due. */
function toDueAt(message: ServiceBusReceivedMessage): readonly number[] {
  const at = message.scheduledEnqueueTimeUtc ?? message.enqueuedTimeUtc;
  return message.state === 'active' && at !== undefined ? [at.getTime()] : [];
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
