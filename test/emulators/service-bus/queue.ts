import { createCounts } from './counts.ts';
import { Duplicates } from './duplicates.ts';
import { Lanes } from './lanes.ts';
import { Locks } from './locks.ts';
import type { Draft, Lock, Properties, QueueMessage } from './message.ts';
import { Ordered } from './ordered.ts';
import { type SessionLock, Sessions } from './sessions.ts';
import type { QueueSettings } from './settings.ts';

export interface Added {
  /**
   * A duplicate gets a number too, without a message, as in Azure:
   * https://github.com/Azure/azure-service-bus/issues/265
   */
  readonly sequence: number;
  readonly duplicate: boolean;
}

export interface QueueOptions<Content> {
  readonly settings: Required<QueueSettings>;
  readonly now: () => number;
  onDead?(message: QueueMessage<Content>): void;
}

/**
 * A Service Bus queue in memory, without a network protocol.
 *
 * 1. A message is in exactly one place: scheduled, in its lane, or locked.
 * 2. An expired lock counts as none, even before it is removed.
 * 3. A scheduled message gets a new sequence number when it becomes due:
 *    https://learn.microsoft.com/azure/service-bus-messaging/message-sequencing
 */
export class Queue<Content> {
  readonly counts = createCounts();
  readonly settings: Required<QueueSettings>;
  readonly sessions: Sessions;
  readonly #options: QueueOptions<Content>;
  readonly #duplicates: Duplicates;
  readonly #lanes: Lanes<Content>;
  readonly #scheduled = new Ordered<QueueMessage<Content>>((message) => message.scheduledFor ?? 0);
  readonly #locks: Locks<Content>;
  #sequence = 0;

  constructor(options: QueueOptions<Content>) {
    const { settings } = options;
    this.settings = settings;
    this.#options = options;
    this.#duplicates = new Duplicates(settings.duplicateWindowMs);
    this.#lanes = new Lanes(settings.requiresSession);
    this.#locks = new Locks(settings.lockMs);
    this.sessions = new Sessions(settings.lockMs);
  }

  add(draft: Draft<Content>): Added {
    const sequence = this.#nextSequence();
    if (draft.id !== undefined && this.#duplicates.note(draft.id, this.#now())) {
      this.counts.duplicates += 1;
      return { sequence, duplicate: true };
    }
    this.counts.sends += 1;
    this.#store(draft, sequence);
    return { sequence, duplicate: false };
  }

  /**
   * Takes over a dead message under a new number; whether Azure keeps the old one is not
   * documented.
   */
  adopt(message: QueueMessage<Content>): void {
    this.#lanes.put({ ...message, sequence: this.#nextSequence(), ttlMs: undefined });
  }

  isScheduled(sequence: number): boolean {
    return this.#findScheduled(sequence) !== undefined;
  }

  /** False when there is no such message, or it is already due. */
  cancel(sequence: number): boolean {
    const message = this.#findScheduled(sequence);
    if (message === undefined) return false;
    this.#scheduled.remove(message);
    this.counts.cancelled += 1;
    return true;
  }

  /** Locks the next message; in a queue with sessions, the next of that session. */
  take(session?: SessionLock): Lock<Content> | undefined {
    this.expire();
    if (session !== undefined && !this.sessions.isHeld(session)) return undefined;
    const message = this.#takeFresh(session?.sessionId);
    if (message === undefined) return undefined;
    this.counts.receives += 1;
    return this.#locks.lock(message, this.#now(), session);
  }

  /** False when the lock is lost, as in the two methods below. */
  complete(token: string): boolean {
    if (this.#unlock(token) === undefined) return false;
    this.counts.completes += 1;
    return true;
  }

  abandon(token: string, properties: Properties = {}): boolean {
    const message = this.#unlock(token);
    if (message === undefined) return false;
    this.counts.abandons += 1;
    message.properties = { ...message.properties, ...properties };
    this.#fail(message);
    return true;
  }

  deadLetter(token: string, properties: Properties): boolean {
    const message = this.#unlock(token);
    if (message === undefined) return false;
    this.#deadLetter(message, properties);
    return true;
  }

  /** The new expiry of the lock; undefined when it is lost. */
  renew(token: string): number | undefined {
    this.expire();
    const until = this.#locks.renew(token, this.#now());
    if (until !== undefined) this.counts.renewals += 1;
    return until;
  }

  /**
   * Locks that session, or the one with the longest waiting message; undefined when it is not free.
   */
  acceptSession(sessionId?: string): SessionLock | undefined {
    this.expire();
    const isFree = (id: string) => this.sessions.isFree(id);
    const wanted = sessionId ?? this.#lanes.nextSession(isFree);
    if (wanted === undefined || !isFree(wanted)) return undefined;
    return this.sessions.lock(wanted, this.#now());
  }

  renewSession(sessionId: string): SessionLock | undefined {
    this.expire();
    const lock = this.sessions.held(sessionId);
    if (lock !== undefined) this.sessions.renew(lock, this.#now());
    return lock;
  }

  /** Releases the session; its unsettled messages are redelivered without counting as failed. */
  releaseSession(session: SessionLock): void {
    this.expire();
    this.sessions.release(session);
    for (const message of this.#locks.unlockSession(session)) this.#lanes.put(message);
  }

  /** Makes all locks expire now, including those of sessions. */
  loseLocks(): void {
    this.#lose(this.#locks.unlockAll());
    for (const session of this.sessions.all) this.sessions.release(session);
  }

  /** Updates all state that depends on the time. */
  expire(): void {
    const now = this.#now();
    while ((this.#scheduled.first?.scheduledFor ?? Number.POSITIVE_INFINITY) <= now) this.#arrive();
    if ((this.#locks.nextExpiry() ?? now + 1) <= now) this.#lose(this.#locks.unlockExpired(now));
    for (const session of this.sessions.expired(now)) {
      this.sessions.release(session);
      this.#lose(this.#locks.unlockSession(session));
    }
  }

  /** When {@link expire} next has work to do, in Unix milliseconds. */
  nextExpiry(): number | undefined {
    const times = [
      this.#scheduled.first?.scheduledFor,
      this.#locks.nextExpiry(),
      this.sessions.nextExpiry(),
    ].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Lists the messages in any state from that sequence number on. */
  peek(from: number, max: number, sessionId?: string): QueueMessage<Content>[] {
    this.expire();
    return this.#all()
      .filter((message) => message.sequence >= from)
      .filter((message) => sessionId === undefined || message.sessionId === sessionId)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, max);
  }

  depth(): number {
    return this.#all().length;
  }

  #now(): number {
    return this.#options.now();
  }

  #nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #store({ content, sessionId, ttlMs, scheduledFor }: Draft<Content>, sequence: number): void {
    const enqueuedAt = this.#now();
    const message = { sequence, content, sessionId, ttlMs, enqueuedAt };
    const fresh = { deliveryCount: 0, properties: {} };
    if (scheduledFor === undefined || scheduledFor <= enqueuedAt) {
      this.#lanes.put({ ...message, ...fresh, scheduledFor: undefined });
      return;
    }
    this.counts.scheduled += 1;
    this.#scheduled.put({ ...message, ...fresh, scheduledFor });
  }

  #findScheduled(sequence: number): QueueMessage<Content> | undefined {
    this.expire();
    return [...this.#scheduled].find((message) => message.sequence === sequence);
  }

  #arrive(): void {
    const message = this.#scheduled.take();
    if (message?.scheduledFor === undefined) return;
    message.sequence = this.#nextSequence();
    message.enqueuedAt = message.scheduledFor;
    message.scheduledFor = undefined;
    this.#lanes.put(message);
  }

  #takeFresh(sessionId: string | undefined): QueueMessage<Content> | undefined {
    for (;;) {
      const message = this.#lanes.take(sessionId);
      if (message === undefined) return undefined;
      const livesUntil = message.enqueuedAt + (message.ttlMs ?? Number.POSITIVE_INFINITY);
      if (livesUntil > this.#now()) return message;
      this.#deadLetter(message, { DeadLetterReason: 'TTLExpiredException' });
    }
  }

  #unlock(token: string): QueueMessage<Content> | undefined {
    this.expire();
    return this.#locks.unlock(token);
  }

  #lose(messages: readonly QueueMessage<Content>[]): void {
    this.counts.lostLocks += messages.length;
    for (const message of messages) this.#fail(message);
  }

  #fail(message: QueueMessage<Content>): void {
    message.deliveryCount += 1;
    const { maxDeliveryCount } = this.settings;
    if (message.deliveryCount < maxDeliveryCount) this.#lanes.put(message);
    else {
      this.#deadLetter(message, {
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: `Message could not be consumed after ${maxDeliveryCount} delivery attempts.`,
      });
    }
  }

  #deadLetter(message: QueueMessage<Content>, properties: Properties): void {
    this.counts.deadLetters += 1;
    message.properties = { ...message.properties, ...properties };
    this.#options.onDead?.(message);
  }

  #all(): QueueMessage<Content>[] {
    return [...this.#lanes.messages(), ...this.#scheduled, ...this.#locks.messages()];
  }
}
