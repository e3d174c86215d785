import type { Message } from 'rhea';
import type { Queue } from './queue.ts';
import type { SessionLock } from './sessions.ts';

/** Who takes messages as they become available. */
export interface Consumer {
  readonly session: SessionLock | undefined;
  /** How many messages it would take now. */
  wants(): number;
  /** Gives it one. False when there is none. */
  feed(): boolean;
  /** Its session is no longer its own. */
  loseSession(): void;
}

/** Who waits for a session to become free. */
export interface SessionWaiter {
  offer(session: SessionLock): void;
}

/** A queue at its address, and everybody who receives from it. */
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

  /** To be called after everything that may have made a message or a session available. */
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

  /** One message each, so that none takes all; who was fed goes to the end of the line. */
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
    // Timers run up to a millisecond early, and take no more than 31 bits.
    const inMs = Math.min(Math.max(at - Date.now() + 1, 1), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.wake(), inMs);
    this.#timer.unref();
  }
}
