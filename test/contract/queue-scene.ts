import { afterEach, beforeEach } from 'vitest';
import type { EventQueue, ReceivedMessage } from '../../shared/ports.ts';

/** A queue with nothing in it, and the means to let time pass. */
export interface QueueSubject {
  readonly queue: EventQueue;
  readonly lockMs: number;
  /** No multiple of `lockMs`, nor near one: time passes in steps of that. */
  readonly duplicateWindowMs: number;
  /** Moves the queue's clock, or waits. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A queue of its own for each test of the block that asks. */
export interface QueueScene {
  readonly subject: QueueSubject;
  readonly queue: EventQueue;
  send(id: string, delayMs?: number): Promise<number | undefined>;
  receiveOne(): Promise<ReceivedMessage>;
  receiveIds(max: number): Promise<string[]>;
}

export function useQueue(createSubject: () => Promise<QueueSubject>): QueueScene {
  let subject: QueueSubject;
  beforeEach(async () => {
    subject = await createSubject();
  });
  afterEach(() => subject.close());
  return {
    get subject() {
      return subject;
    },
    get queue() {
      return subject.queue;
    },
    async send(id, delayMs = 0) {
      const [sequence] = await subject.queue.send([{ id, body: `body of ${id}`, delayMs }]);
      return sequence;
    },
    async receiveOne() {
      const [message] = await subject.queue.receive(1);
      if (message === undefined) throw new Error('expected a message, the queue gave none');
      return message;
    },
    async receiveIds(max) {
      return (await subject.queue.receive(max)).map(({ id }) => id);
    },
  };
}
