import type { Message } from 'rhea';
import type { Queue } from './queue.ts';
import type { SessionLock } from './sessions.ts';

/** A receiver of messages as they become available. */
export interface Consumer {
  readonly session: SessionLock | undefined;
  /** The number of messages that it would accept now. */
  wants(): number;
  /** Gives it one message. False when there is none. */
  feed(): boolean;
  /** Tells it that its session is lost. */
  loseSession(): void;
}

/** A receiver that waits for a session to become free. */
export interface SessionWaiter {
  offer(session: SessionLock): void;
}

/** A queue at its address, with all its receivers. */
export class Entity {
  readonly address: string;
  readonly queue: Queue<Message>;
  readonly #consumers = new Set<Consumer>();
  readonly #waiters = new Set<SessionWaiter>();
  #timer: NodeJS.Timeout | undefined;
  #woken = false;
  #closed = false;

  constructor(queue: Queue<Message>) {
    this.address = queue.settings.name;
    this.queue = queue;
  }

  attach(consumer: Consumer): void {
    this.#consumers.add(consumer);
    this.wake();
  }

  detach(consumer: Consumer): void {
    this.#consumers.delete(consumer);
  }

  await(waiter: SessionWaiter): void {
    this.#waiters.add(waiter);
    this.wake();
  }

  forget(waiter: SessionWaiter): void {
    this.#waiters.delete(waiter);
  }

  /** Must be called after everything that may have made a message or a session available. */
  wake(): void {
    if (this.#woken || this.#closed) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      if (!this.#closed) this.#distribute();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #distribute(): void {
    this.queue.expire();
    this.#dropLostSessions();
    this.#offerSessions();
    while (this.#feedEachOnce());
    this.#wakeInTime();
  }

  #dropLostSessions(): void {
    for (const consumer of [...this.#consumers]) {
      if (consumer.session === undefined || this.queue.sessions.isHeld(consumer.session)) continue;
      this.#consumers.delete(consumer);
      consumer.loseSession();
    }
  }

  #offerSessions(): void {
    for (const waiter of this.#waiters) {
      const session = this.queue.acceptSession();
      if (session === undefined) return;
      this.#waiters.delete(waiter);
      waiter.offer(session);
    }
  }

  /**
   * Gives each consumer one message, so that none takes all; a served consumer moves to the end of
   * the line.
   */
  #feedEachOnce(): boolean {
    let fed = false;
    for (const consumer of [...this.#consumers]) {
      if (consumer.wants() <= 0 || !consumer.feed()) continue;
      this.#consumers.delete(consumer);
      this.#consumers.add(consumer);
      fed = true;
    }
    return fed;
  }

  #wakeInTime(): void {
    clearTimeout(this.#timer);
    const at = this.queue.nextExpiry();
    if (at === undefined) return;
    // Timers run up to a millisecond early, and are limited to 31 bits.
    const inMs = Math.min(Math.max(at - Date.now() + 1, 1), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.wake(), inMs);
    this.#timer.unref();
  }
}
