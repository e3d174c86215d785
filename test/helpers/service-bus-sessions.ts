import {
  isServiceBusError,
  type ServiceBusClient,
  ServiceBusError,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import Long from 'long';

/** A short wait suffices, since the SDK then asks the broker for what is there. */
const WAIT_MS = 10;

/** A locked message that can be settled. */
export interface Holder {
  complete(): Promise<void>;
  abandon(): Promise<void>;
  renew(): Promise<unknown>;
}

export interface HeldMessage {
  readonly message: ServiceBusReceivedMessage;
  readonly holder: Holder;
}

interface Session {
  readonly receiver: ServiceBusSessionReceiver;
  /** True while a message is handled; one at a time, as in the Functions host. */
  isBusy: boolean;
}

/** The sessions of a queue, each locked for as long as it has messages. */
export class OrderedReceiver {
  readonly #client: ServiceBusClient;
  readonly #entity: string;
  readonly #sessions = new Map<string, Session>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(client: ServiceBusClient, entity: string) {
    this.#client = client;
    this.#entity = entity;
  }

  receive(max: number): Promise<HeldMessage[]> {
    const turn = this.#turn.then(() => this.#receive(max));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #receive(max: number): Promise<HeldMessage[]> {
    const received: HeldMessage[] = [];
    for (const id of await this.#listSessions()) {
      if (received.length === max) break;
      const session = await this.#lock(id);
      if (session === undefined || session.isBusy) continue;
      const message = await receiveOne(session.receiver);
      if (message === undefined) await this.#release(id);
      else received.push({ message, holder: this.#hold(session, message) });
    }
    return received;
  }

  /** Lists by peeking, since waiting for the next free session takes as long as there is none. */
  async #listSessions(): Promise<Set<string>> {
    const receiver = this.#client.createReceiver(this.#entity);
    const peeked = await receiver.peekMessages(100, { fromSequenceNumber: Long.ZERO });
    await receiver.close();
    return new Set(peeked.map(({ sessionId }) => String(sessionId)));
  }

  async #lock(id: string): Promise<Session | undefined> {
    const held = this.#sessions.get(id);
    if (held !== undefined && !isExpired(held)) return held;
    if (held !== undefined) await this.#release(id);
    try {
      const options = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
      const receiver = await this.#client.acceptSession(this.#entity, id, options);
      const session = { receiver, isBusy: false };
      this.#sessions.set(id, session);
      return session;
    } catch (error) {
      if (isServiceBusError(error) && error.code === 'SessionCannotBeLocked') return undefined;
      throw error;
    }
  }

  async #release(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.receiver.close();
  }

  #hold(session: Session, message: ServiceBusReceivedMessage): Holder {
    const { receiver } = session;
    session.isBusy = true;
    const settle = async (work: () => Promise<void>) => {
      if (receiver.isClosed) throw new ServiceBusError('given up', 'SessionLockLost');
      session.isBusy = false;
      await work();
    };
    return {
      complete: () => settle(() => receiver.completeMessage(message)),
      abandon: () => settle(() => receiver.abandonMessage(message)),
      renew: () => receiver.renewSessionLock(),
    };
  }
}

export async function receiveOne(
  receiver: ServiceBusReceiver,
): Promise<ServiceBusReceivedMessage | undefined> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: WAIT_MS });
  return message;
}

function isExpired({ receiver }: Session): boolean {
  return receiver.sessionLockedUntilUtc.getTime() <= Date.now();
}
