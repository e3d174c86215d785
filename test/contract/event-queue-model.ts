import { expect } from 'vitest';
import type { ReceivedMessage, Sent } from '../../shared/heddle/ports/event-queue.ts';
import type { QueueSubject } from './queue-scene.ts';

interface ModelMessage {
  readonly id: string;
  /** Undefined until the message is received, where the queue does not tell it before. */
  sequence: number | undefined;
  /** A scheduled message may get another number when it becomes due. */
  readonly isScheduled: boolean;
  deliveryCount: number;
  /** The due time or, while locked, the expiry of the lock. */
  visibleAt: number;
  lockToken: string | undefined;
}

/** A model of what a queue should hold. */
export class QueueModel {
  readonly messages = new Set<ModelMessage>();
  readonly sentAt = new Map<string, number>();
  readonly sequences: number[] = [];
  /**
   * Received messages, including those whose lock is lost: their holders may try to settle them.
   */
  readonly received: ReceivedMessage[] = [];
  readonly #lockMs: number;
  readonly #duplicateWindowMs: number;
  now = 0;

  constructor({ lockMs, duplicateWindowMs }: QueueSubject) {
    this.#lockMs = lockMs;
    this.#duplicateWindowMs = duplicateWindowMs;
  }

  send(id: string, delayMs: number, sent: Sent | undefined): void {
    const before = this.sentAt.get(id);
    if (before !== undefined && this.now - before < this.#duplicateWindowMs) {
      // For a scheduled duplicate, some queues return the number of a message that never comes.
      if (typeof sent !== 'number') expect(['duplicate', 'accepted']).toContain(sent);
      return;
    }
    const sequence = typeof sent === 'number' ? sent : undefined;
    if (sequence === undefined) expect(sent).toBe('accepted');
    else {
      expect(sequence).toBeGreaterThan(this.sequences.at(-1) ?? 0);
      this.sequences.push(sequence);
    }
    this.sentAt.set(id, this.now);
    const visibleAt = this.now + delayMs;
    this.messages.add({
      ...{ id, sequence, isScheduled: delayMs > 0, deliveryCount: 0, visibleAt },
      lockToken: undefined,
    });
  }

  receive(batch: readonly ReceivedMessage[]): void {
    if (this.#due().length > 0) expect(batch).not.toHaveLength(0);
    for (const received of batch) {
      const message = this.#recognize(received);
      message.deliveryCount += 1;
      message.visibleAt = this.now + this.#lockMs;
      message.lockToken = received.lockToken;
      expect(received).toMatchObject({ id: message.id, deliveryCount: message.deliveryCount });
      this.received.push(received);
    }
  }

  remove(sequence: number): void {
    const message = this.#find(sequence);
    if (message) this.messages.delete(message);
  }

  /** Returns the message where this holder has it locked. */
  held({ sequence, lockToken }: ReceivedMessage): ModelMessage | undefined {
    const message = this.#find(sequence);
    const isHeld = message?.lockToken === lockToken && message.visibleAt > this.now;
    return isHeld ? message : undefined;
  }

  isCancellable(sequence: number): boolean {
    const message = this.#find(sequence);
    return message !== undefined && message.visibleAt > this.now && message.lockToken === undefined;
  }

  release(message: ModelMessage): void {
    message.visibleAt = this.now;
    message.lockToken = undefined;
  }

  renew(message: ModelMessage): void {
    message.visibleAt = this.now + this.#lockMs;
  }

  /** Checks that every accepted and unsettled message still comes. */
  async expectDrains({ queue, advance, lockMs }: QueueSubject): Promise<void> {
    await advance(lockMs * 3);
    this.now += lockMs * 3;
    for (let batch = await queue.receive(10); batch.length > 0; batch = await queue.receive(10)) {
      this.receive(batch);
      for (const message of batch) {
        expect(await queue.complete(message)).toBe(true);
        this.remove(message.sequence);
      }
    }
    expect([...this.messages]).toEqual([]);
    expect(await queue.depth()).toBe(0);
  }

  #recognize({ id, sequence }: ReceivedMessage): ModelMessage {
    const due = this.#due();
    const known = due.find((message) => message.sequence === sequence);
    const isNewlyDue = (one: ModelMessage) =>
      (one.sequence === undefined || one.isScheduled) && one.deliveryCount === 0 && one.id === id;
    const message = known ?? due.find(isNewlyDue);
    if (message === undefined) throw new Error(`${id} was not to be had`);
    message.sequence = sequence;
    return message;
  }

  #find(sequence: number): ModelMessage | undefined {
    return [...this.messages].find((message) => message.sequence === sequence);
  }

  #due(): ModelMessage[] {
    return [...this.messages].filter(({ visibleAt }) => visibleAt <= this.now);
  }
}
