import { expect } from 'vitest';
import type { ReceivedMessage } from '../../shared/ports.ts';
import type { QueueSubject } from './queue-scene.ts';

interface ModelMessage {
  readonly id: string;
  deliveryCount: number;
  /** When it is due or, while locked, when the lock expires. */
  visibleAt: number;
  lockToken: string | undefined;
}

/** What a queue should hold, in the plainest terms. */
export class QueueModel {
  readonly messages = new Map<number, ModelMessage>();
  readonly sentAt = new Map<string, number>();
  readonly sequences: number[] = [];
  /** Also those whose lock is lost: their holders may try all the same. */
  readonly received: ReceivedMessage[] = [];
  readonly deadLetters: string[] = [];
  readonly #lockMs: number;
  readonly #duplicateWindowMs: number;
  now = 0;

  constructor({ lockMs, duplicateWindowMs }: QueueSubject) {
    this.#lockMs = lockMs;
    this.#duplicateWindowMs = duplicateWindowMs;
  }

  send(id: string, delayMs: number, sequence: number | undefined): void {
    const before = this.sentAt.get(id);
    if (before !== undefined && this.now - before < this.#duplicateWindowMs) {
      expect(sequence).toBeUndefined();
      return;
    }
    if (sequence === undefined) throw new Error(`${id} was dropped, but is no duplicate`);
    expect(sequence).toBeGreaterThan(this.sequences.at(-1) ?? 0);
    this.sentAt.set(id, this.now);
    this.sequences.push(sequence);
    const visibleAt = this.now + delayMs;
    this.messages.set(sequence, { id, deliveryCount: 0, visibleAt, lockToken: undefined });
  }

  receive(batch: readonly ReceivedMessage[]): void {
    if (this.#due().length > 0) expect(batch).not.toHaveLength(0);
    for (const received of batch) {
      const message = this.#due().find(([sequence]) => sequence === received.sequence)?.[1];
      if (message === undefined) throw new Error(`${received.id} was not to be had`);
      message.deliveryCount += 1;
      message.visibleAt = this.now + this.#lockMs;
      message.lockToken = received.lockToken;
      expect(received).toMatchObject({ id: message.id, deliveryCount: message.deliveryCount });
      this.received.push(received);
    }
  }

  /** The message, where this holder has it locked. */
  held({ sequence, lockToken }: ReceivedMessage): ModelMessage | undefined {
    const message = this.messages.get(sequence);
    const isHeld = message?.lockToken === lockToken && message.visibleAt > this.now;
    return isHeld ? message : undefined;
  }

  isCancellable(sequence: number): boolean {
    const message = this.messages.get(sequence);
    return message !== undefined && message.visibleAt > this.now && message.lockToken === undefined;
  }

  release(message: ModelMessage): void {
    message.visibleAt = this.now;
    message.lockToken = undefined;
  }

  renew(message: ModelMessage): void {
    message.visibleAt = this.now + this.#lockMs;
  }

  /** Whatever happened, what was accepted and not settled still comes. */
  async expectDrains({ queue, advance, lockMs }: QueueSubject): Promise<void> {
    await advance(lockMs * 3);
    this.now += lockMs * 3;
    for (let batch = await queue.receive(10); batch.length > 0; batch = await queue.receive(10)) {
      this.receive(batch);
      for (const message of batch) {
        expect(await queue.complete(message)).toBe(true);
        this.messages.delete(message.sequence);
      }
    }
    expect([...this.messages.values()]).toEqual([]);
    expect(await queue.depth()).toBe(0);
  }

  #due(): [number, ModelMessage][] {
    return [...this.messages].filter(([, { visibleAt }]) => visibleAt <= this.now);
  }
}
