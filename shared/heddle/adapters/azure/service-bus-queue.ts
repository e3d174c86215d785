import { createHash } from 'node:crypto';
import type { ServiceBusMessage, ServiceBusReceivedMessage } from '@azure/service-bus';
import { InvariantError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  EventQueue,
  MeasureOptions,
  OutgoingMessage,
  QueueLag,
  Sent,
} from '../../ports/event-queue.ts';
import type { Backlog } from '../../ports/health.ts';
import type { MessageCodec } from './message-codec.ts';
import { sendInBatches, toScheduledChunks } from './service-bus-batches.ts';
import type { ServiceBusCall, ServiceBusConnection } from './service-bus-connection.ts';
import { type Counting, countMessages, peekFirst } from './service-bus-depth.ts';
import { toQueueError, toServiceBusCode } from './service-bus-errors.ts';

export const EVENTS = 'events';
/** The queue with sessions: an ordering key is a session id. */
export const ORDERED_EVENTS = 'events-ordered';
/**
 * The queue of urgent messages, which has a function of its own: Service Bus has no priorities
 * within a queue. They are sent to the common queue too, whose function is awake: whichever copy
 * comes first does the work.
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

const QUEUES = [EVENTS, ORDERED_EVENTS, URGENT_EVENTS];

function toBounded(counts: readonly number[]): number {
  return Math.min(
    MAX_DEPTH,
    counts.reduce((sum, count) => sum + count, 0),
  );
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
    const prepared = (
      await Promise.all(messages.map((one, index) => this.#prepare(one, index)))
    ).flat();
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
    const counts = await Promise.all(QUEUES.map((entity) => this.#count(entity)));
    return toBounded(counts);
  }

  /** Locked messages count as due: peeking does not tell them apart. */
  async backlog(): Promise<Backlog> {
    const dues: number[] = [];
    let planned = 0;
    const watching = {
      onMessage: (message: ServiceBusReceivedMessage) => {
        dues.push(...toDueAt(message));
        if (message.state === 'scheduled') planned += 1;
      },
      isCounted: ({ state }: ServiceBusReceivedMessage) => state !== 'scheduled',
    };
    const counts = await Promise.all(QUEUES.map((entity) => this.#count(entity, watching)));
    const queued = toBounded(counts);
    if (dues.length === 0) return { queued, planned };
    return { queued, planned, oldestDueMs: Math.max(0, this.#clock.now() - Math.min(...dues)) };
  }

  /**
   * Peeks at the messages that are first. Which of them are locked, a peek does not say, so some may
   * be in work for long: the queue counts as behind only where more wait than that.
   */
  async measureLag({ maxDepth }: MeasureOptions): Promise<QueueLag> {
    const peeked = await this.#call(EVENTS, (links, abortSignal) =>
      peekFirst(links.receiver(EVENTS), { max: MAX_DEPTH, abortSignal }),
    );
    const last = peeked.length < MAX_DEPTH ? undefined : peeked.at(-1)?.enqueuedTimeUtc;
    const ageMs = last ? Math.max(0, this.#clock.now() - last.getTime()) : 0;
    return { depth: Math.min(maxDepth, peeked.length), ageMs };
  }

  async #prepare(outgoing: OutgoingMessage, index: number): Promise<readonly Prepared[]> {
    const { id, body, delayMs = 0, orderingKey, isUrgent = false } = outgoing;
    if (delayMs > 0 && orderingKey !== undefined) {
      throw new InvariantError(`the message ${id} has both an ordering key and a delay`);
    }
    const message = {
      messageId: toShortId(id),
      body: await this.#codec.encode(id, body),
      ...(orderingKey === undefined ? {} : { sessionId: toShortId(orderingKey) }),
    };
    const one = { index, message, delayMs };
    if (orderingKey !== undefined) return [{ ...one, entity: ORDERED_EVENTS }];
    const copies = isUrgent && delayMs === 0 ? [URGENT_EVENTS, EVENTS] : [EVENTS];
    return copies.map((entity) => ({ ...one, entity }));
  }

  async #count(
    entity: string,
    watching: Pick<Counting, 'onMessage' | 'isCounted'> = {},
  ): Promise<number> {
    try {
      return await this.#connection.call((links, signal) =>
        countMessages(links.receiver(entity), { max: MAX_DEPTH, signal, ...watching }),
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
