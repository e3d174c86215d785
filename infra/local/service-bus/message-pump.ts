import type { ServiceBusClient } from '@azure/service-bus';
import type { MessageWorker } from './message-worker.ts';
import type { ServiceBusOptions } from './service-bus-options.ts';

/** The context of a pump: one client, one queue, one function. */
export interface PumpContext {
  readonly client: ServiceBusClient;
  readonly worker: MessageWorker;
  readonly options: ServiceBusOptions;
  /** Work in progress, to be awaited before the client is closed. */
  readonly working: WorkTracker;
}

/** Receives until `signal` aborts, then resolves. Rejects when it can no longer receive. */
export type MessagePump = (context: PumpContext, signal: AbortSignal) => Promise<void>;

export class WorkTracker {
  readonly #working = new Set<Promise<unknown>>();

  get size(): number {
    return this.#working.size;
  }

  /** `work` must never reject. */
  add<T>(work: Promise<T>): Promise<T> {
    const tracked: Promise<T> = work.finally(() => this.#working.delete(tracked));
    this.#working.add(tracked);
    return tracked;
  }

  async all(): Promise<void> {
    while (this.size > 0) await Promise.all(this.#working);
  }

  async any(): Promise<void> {
    await Promise.race(this.#working);
  }
}

/** Receives bodies unparsed, and leaves lock renewal to us: the SDK tracks locks by message id. */
export const receiveOptions = {
  maxAutoLockRenewalDurationInMs: 0,
  skipParsingBodyAsJson: true,
  skipConvertingDate: true,
} as const;

export function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
