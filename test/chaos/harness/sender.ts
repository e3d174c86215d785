import { setTimeout as wait } from 'node:timers/promises';
import { readHealth } from './api.ts';
import { createDelivery, post } from './delivery.ts';
import type { Kind } from './kinds.ts';
import { Random } from './random.ts';

const RETRY_MS = { min: 200, max: 800 };
/** Shares of deliveries that are sent a second time, and that have a large payload. */
const REPEATED = 0.1;
const LARGE = 0.05;
const LARGE_CHARS = 40_000;

export interface SenderOptions {
  readonly urls: readonly string[];
  readonly random: Random;
  /** Begins the ids of the events. */
  readonly prefix: string;
}

/** Sends signed deliveries, each until it is accepted or the time is up, as senders do. */
export class Sender {
  readonly sent = new Map<string, Kind>();
  readonly acknowledged = new Set<string>();
  /** Deliveries answered with 503 or another error. */
  refused = 0;
  /** Refusals by a host that had just said that it was healthy, after another refusal. */
  lies = 0;
  readonly #options: SenderOptions;
  /** Apart from the plan of what is sent, which is the same whatever is answered. */
  readonly #waits = new Random('waits');
  readonly #pending = new Set<Promise<void>>();
  /** Hosts that said `healthy` after their last refusal. */
  readonly #claims = new Set<string>();
  #isOver = false;
  #surprise: unknown;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Begins to send an event of this kind. */
  send(kind: Kind): void {
    const { prefix, random } = this.#options;
    const id = `${prefix}-${this.sent.size + 1}`;
    this.sent.set(id, kind);
    const text = random.chance(LARGE) ? 'x'.repeat(LARGE_CHARS) : '';
    const body = JSON.stringify({ number: this.sent.size, text });
    const request = createDelivery(kind.type, id, body);
    const copies = random.chance(REPEATED) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#track(this.#deliver(id, request));
  }

  /** Resolves when every delivery is accepted, or given up after the time. */
  async finish(withinMs: number): Promise<void> {
    const late = wait(withinMs, undefined, { ref: false });
    await Promise.race([Promise.allSettled(this.#pending), late]);
    this.#isOver = true;
    await Promise.allSettled(this.#pending);
    if (this.#surprise !== undefined) throw this.#surprise;
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work);
    const forget = () => this.#pending.delete(work);
    work.then(forget, (error: unknown) => {
      this.#surprise ??= error;
      forget();
    });
  }

  async #deliver(id: string, request: RequestInit): Promise<void> {
    const { urls } = this.#options;
    while (!this.#isOver) {
      const url = this.#waits.pick(urls);
      const status = await post(url, request);
      if (status === undefined || status >= 500) {
        if (status !== undefined) await this.#noteRefusal(url);
        await wait(this.#waits.between(RETRY_MS.min, RETRY_MS.max));
        continue;
      }
      if (status >= 300) throw new Error(`the delivery ${id} was answered ${status}`);
      this.acknowledged.add(id);
      this.#claims.delete(url);
      return;
    }
  }

  async #noteRefusal(url: string): Promise<void> {
    this.refused++;
    if (this.#claims.delete(url)) this.lies++;
    const health = await readHealth(url);
    if (health?.status === 'healthy') this.#claims.add(url);
  }
}
