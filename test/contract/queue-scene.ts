import { afterEach, beforeEach } from 'vitest';
import type {
  EventQueue,
  MessageReceiver,
  ReceivedMessage,
  Sent,
} from '../../shared/heddle/ports/event-queue.ts';

/** An empty queue, with a way to let time pass. */
export interface QueueSubject {
  readonly queue: EventQueue & MessageReceiver;
  readonly lockMs: number;
  /** Must be neither a multiple of `lockMs` nor near one, since time passes in steps of that. */
  readonly duplicateWindowMs: number;
  /** Moves the queue's clock, or waits. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Gives each test of the calling block its own queue. */
export interface QueueScene {
  readonly subject: QueueSubject;
  readonly queue: EventQueue & MessageReceiver;
  send(id: string, delayMs?: number): Promise<Sent>;
  /** Sends a message that cannot be received before the delay. @returns its sequence number */
  schedule(id: string, delayMs: number): Promise<number>;
  sendOrdered(orderingKey: string, ...ids: string[]): Promise<void>;
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
      const [sent] = await subject.queue.send([{ id, body: `body of ${id}`, delayMs }]);
      if (sent === undefined) throw new Error('the queue did not say what became of the message');
      return sent;
    },
    async schedule(id, delayMs) {
      const [sent] = await subject.queue.send([{ id, body: `body of ${id}`, delayMs }]);
      if (typeof sent !== 'number') throw new Error(`expected a sequence number, got ${sent}`);
      return sent;
    },
    async sendOrdered(orderingKey, ...ids) {
      await subject.queue.send(ids.map((id) => ({ id, body: `body of ${id}`, orderingKey })));
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
