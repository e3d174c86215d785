import type { ServiceBusClient, ServiceBusReceiver, ServiceBusSender } from '@azure/service-bus';
import type { Connection } from '../../ports/connection.ts';
import { createCredential } from './credential.ts';
import { DeadlineError, withDeadline } from './deadline.ts';

/** A sender waits for the response to its webhook: an early 503 is better than a late 202. */
const DEADLINE_MS = 8000;
/** A call in flight on a broken connection waits for this timeout, so it is short. */
const RETRIES = { maxRetries: 2, timeoutInMs: 3000, retryDelayInMs: 300 };
/** A broker that is gone does not confirm the closing of links. */
const CLOSE_MS = 2000;
/** Limits the open links, since the entity names that actors send to may come from events. */
const MAX_SENDERS = 100;

/** An AMQP connection and its links, each created at its first use and kept. */
export class ServiceBusLinks {
  readonly #client: ServiceBusClient;
  readonly #senders = new Map<string, ServiceBusSender>();
  readonly #receivers = new Map<string, ServiceBusReceiver>();

  constructor(client: ServiceBusClient) {
    this.#client = client;
  }

  sender(entity: string): ServiceBusSender {
    const sender = this.#senders.get(entity) ?? this.#client.createSender(entity);
    this.#senders.delete(entity);
    this.#senders.set(entity, sender);
    if (this.#senders.size > MAX_SENDERS) this.#closeOldest();
    return sender;
  }

  /** For peeking: the receiver takes no message until asked for some. */
  receiver(entity: string): ServiceBusReceiver {
    const options = { skipParsingBodyAsJson: true };
    const receiver = this.#receivers.get(entity) ?? this.#client.createReceiver(entity, options);
    this.#receivers.set(entity, receiver);
    return receiver;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #closeOldest(): void {
    const [oldest] = this.#senders;
    if (oldest === undefined) return;
    const [entity, sender] = oldest;
    this.#senders.delete(entity);
    sender.close().catch(() => {});
  }
}

export type ServiceBusCall<T> = (links: ServiceBusLinks, signal: AbortSignal) => Promise<T>;

/**
 * The one connection of a process to a namespace. The library reconnects a broken connection by
 * itself. Where a call hangs all the same, the connection is replaced, so that the next call does
 * not hang too.
 */
export class ServiceBusConnection {
  readonly #connection: Connection;
  readonly #deadlineMs: number;
  #links: Promise<ServiceBusLinks> | undefined;
  #isClosed = false;

  constructor(connection: Connection, { deadlineMs = DEADLINE_MS } = {}) {
    this.#connection = connection;
    this.#deadlineMs = deadlineMs;
  }

  /** Throws the library's own errors, or a {@link DeadlineError}. */
  async call<T>(work: ServiceBusCall<T>): Promise<T> {
    if (this.#isClosed) throw new Error('this connection was closed');
    this.#links ??= openLinks(this.#connection);
    const opening = this.#links;
    try {
      return await withDeadline(this.#deadlineMs, async (signal) => work(await opening, signal));
    } catch (error) {
      if (error instanceof DeadlineError || !(await isOpen(opening))) this.#discard(opening);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opening = this.#links;
    if (opening !== undefined) await close(opening);
  }

  #discard(opening: Promise<ServiceBusLinks>): void {
    if (this.#links !== opening) return;
    this.#links = undefined;
    void close(opening);
  }
}

async function openLinks(connection: Connection): Promise<ServiceBusLinks> {
  const { ServiceBusClient } = await import('@azure/service-bus');
  const options = { retryOptions: RETRIES };
  if (connection.kind === 'string') {
    return new ServiceBusLinks(new ServiceBusClient(connection.value, options));
  }
  const credential = createCredential(connection.clientId);
  return new ServiceBusLinks(new ServiceBusClient(connection.endpoint, credential, options));
}

/** Ignores errors, since the connection is not used again. */
async function close(opening: Promise<ServiceBusLinks>): Promise<void> {
  try {
    const links = await opening;
    await withDeadline(CLOSE_MS, () => links.close());
  } catch {}
}

async function isOpen(opening: Promise<ServiceBusLinks>): Promise<boolean> {
  return opening.then(
    () => true,
    () => false,
  );
}
