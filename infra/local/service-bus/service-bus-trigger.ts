import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionSetting } from '../settings/connection-setting.ts';
import type { ListenerServices, TriggerListener } from '../trigger-listener.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import { pumpBatches } from './batch-pump.ts';
import { type MessagePump, WorkTracker } from './message-pump.ts';
import { MessageWorker } from './message-worker.ts';
import { pumpQueue } from './queue-pump.ts';
import { parseServiceBusBinding, type ServiceBusBinding } from './service-bus-binding.ts';
import { createServiceBusClient, findServiceBusConnection } from './service-bus-client.ts';
import type { ServiceBusOptions } from './service-bus-options.ts';
import { pumpSessions } from './session-pump.ts';

const shortestPauseMs = 2_000;
const longestPauseMs = 120_000;

export function createServiceBusListener(
  fn: HostedFunction,
  services: ListenerServices,
): TriggerListener {
  const { env, hostJson } = services;
  const binding = parseServiceBusBinding(fn.trigger, hostJson.serviceBus, env);
  const connection = findServiceBusConnection(fn.trigger.connection, env);
  const worker = new MessageWorker(fn, services, binding);
  return new ServiceBusListener(worker, connection, hostJson.serviceBus);
}

/** Receives until it is stopped. It tries an unreachable broker again, with growing pauses. */
class ServiceBusListener implements TriggerListener {
  readonly #worker: MessageWorker;
  readonly #connection: ConnectionSetting;
  readonly #options: ServiceBusOptions;
  readonly #stopping = new AbortController();
  /** Discarded clients that still have messages to settle. */
  readonly #closing = new WorkTracker();
  #receiving: Promise<void> = Promise.resolve();

  constructor(worker: MessageWorker, connection: ConnectionSetting, options: ServiceBusOptions) {
    this.#worker = worker;
    this.#connection = connection;
    this.#options = options;
  }

  start(): void {
    this.#receiving = this.#keepReceiving();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#receiving;
    await this.#closing.all();
  }

  /** Runs the function on a message of no queue, which has a body and nothing to settle. */
  runNow(input: string | undefined): Promise<unknown> {
    return this.#worker.run([{ body: Buffer.from(input ?? '') }]);
  }

  async #keepReceiving(): Promise<void> {
    const { signal } = this.#stopping;
    let pause = shortestPauseMs;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        await this.#receive(signal);
      } catch (error) {
        if (signal.aborted) return;
        // A listener that worked for long has not failed to start: its next pause is the shortest
        // again.
        if (Date.now() - startedAt > longestPauseMs) pause = shortestPauseMs;
        this.#report(error, pause);
        await delay(pause, undefined, { signal }).catch(() => {});
        pause = Math.min(pause * 2, longestPauseMs);
      }
    }
  }

  async #receive(signal: AbortSignal): Promise<void> {
    const client = await createServiceBusClient(this.#connection, this.#options.retry);
    const working = new WorkTracker();
    const context = { client, worker: this.#worker, options: this.#options, working };
    try {
      await choosePump(this.#worker.binding)(context, signal);
    } finally {
      void this.#closing.add(working.all().then(() => client.close().catch(() => {})));
    }
  }

  #report(error: unknown, pauseMs: number): void {
    const { queueName } = this.#worker.binding;
    const reason = error instanceof Error ? error.message : String(error);
    this.#worker.log(
      'error',
      `the listener of queue '${queueName}' cannot receive, and starts again in ${pauseMs / 1000} s: ${reason}`,
    );
  }
}

function choosePump(binding: ServiceBusBinding): MessagePump {
  if (binding.isSessionsEnabled) return pumpSessions;
  return binding.isBatch ? pumpBatches : pumpQueue;
}
