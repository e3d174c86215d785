import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import Long from 'long';
import type { MessageCodec } from '../../shared/heddle/adapters/azure/message-codec.ts';
import {
  EVENTS,
  ORDERED_EVENTS,
  URGENT_EVENTS,
} from '../../shared/heddle/adapters/azure/service-bus-queue.ts';
import type { MessageReceiver, ReceivedMessage } from '../../shared/heddle/ports/event-queue.ts';
import { type Holder, OrderedReceiver, receiveOne } from './service-bus-sessions.ts';

const LOST: readonly string[] = ['MessageLockLost', 'SessionLockLost'];

/** Plays the Functions host: receives from all queues with the SDK. */
export class ServiceBusTestReceiver implements MessageReceiver {
  readonly #client: ServiceBusClient;
  readonly #codec: MessageCodec;
  readonly #ordered: OrderedReceiver;
  readonly #idle = new Map<string, ServiceBusReceiver[]>();
  readonly #holders = new WeakMap<ReceivedMessage, Holder>();

  constructor(connectionString: string, codec: MessageCodec) {
    this.#client = new ServiceBusClient(connectionString);
    this.#codec = codec;
    this.#ordered = new OrderedReceiver(this.#client, ORDERED_EVENTS);
  }

  async receive(max: number): Promise<readonly ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    for (const { message, holder } of await this.#ordered.receive(max)) {
      received.push(await this.#toReceived(message, holder));
    }
    for (const entity of [URGENT_EVENTS, EVENTS]) {
      await this.#withReceiver(entity, async (receiver) => {
        while (received.length < max) {
          const message = await receiveOne(receiver);
          if (message === undefined) break;
          received.push(await this.#toReceived(message, toHolder(receiver, message)));
        }
      });
    }
    return received;
  }

  complete(message: ReceivedMessage): Promise<boolean> {
    return this.#settle(message, (holder) => holder.complete());
  }

  abandon(message: ReceivedMessage): Promise<boolean> {
    return this.#settle(message, (holder) => holder.abandon());
  }

  async renewLock(message: ReceivedMessage): Promise<boolean> {
    const holder = this.#holders.get(message);
    return holder !== undefined && isHeld(holder.renew());
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Uses one receiver per call, since an SDK receiver serves one call at a time. */
  async #withReceiver(
    entity: string,
    work: (receiver: ServiceBusReceiver) => Promise<void>,
  ): Promise<void> {
    const options = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
    const idle = this.#idle.get(entity) ?? [];
    this.#idle.set(entity, idle);
    const receiver = idle.pop() ?? this.#client.createReceiver(entity, options);
    await work(receiver);
    idle.push(receiver);
  }

  async #toReceived(message: ServiceBusReceivedMessage, holder: Holder): Promise<ReceivedMessage> {
    const { messageId, sequenceNumber, deliveryCount, lockToken, sessionId, body } = message;
    const received: ReceivedMessage = {
      id: String(messageId),
      body: await this.#codec.decode(body),
      sequence: (sequenceNumber ?? Long.ZERO).toNumber(),
      // The SDK counts from 0, the Functions host from 1.
      deliveryCount: (deliveryCount ?? 0) + 1,
      lockToken: String(lockToken),
      ...(sessionId !== undefined && { orderingKey: sessionId }),
    };
    this.#holders.set(received, holder);
    return received;
  }

  /** False for a message that is already settled, for which the SDK throws. */
  async #settle(
    message: ReceivedMessage,
    settle: (holder: Holder) => Promise<void>,
  ): Promise<boolean> {
    const holder = this.#holders.get(message);
    if (holder === undefined) return false;
    this.#holders.delete(message);
    return isHeld(settle(holder));
  }
}

function toHolder(receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage): Holder {
  return {
    complete: () => receiver.completeMessage(message),
    abandon: () => receiver.abandonMessage(message),
    renew: () => receiver.renewMessageLock(message),
  };
}

async function isHeld(settling: Promise<unknown>): Promise<boolean> {
  try {
    await settling;
    return true;
  } catch (error) {
    if (isServiceBusError(error) && LOST.includes(error.code)) return false;
    throw error;
  }
}
