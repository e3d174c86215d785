import { setImmediate as turn } from 'node:timers/promises';
import type { App } from '../composition/open-app.ts';
import type { ReceivedMessage } from '../ports/event-queue.ts';
import { PendingWork } from './pending-work.ts';
import { findNextTick } from './schedule-times.ts';
import type { TestBackend } from './test-backend.ts';
import type { TestClock } from './test-clock.ts';

/** Work that does nothing for so long, and has nothing pending, waits for the clock. */
const QUIET = { turns: 20, ms: 250 };
/** The same for work that was found to wait before: the clock has woken it, or has not. */
const AWAKE = { turns: 20, ms: 10 };
const ASLEEP = { turns: 3, ms: 0 };
const MAX_DELIVERIES = 10;
const REDELIVER_MS = 10_000;
/** Locks last longer than this: a message that is due later is locked or blocked. */
const MAX_AHEAD_MS = 15 * 365 * 86_400_000;

interface Parts {
  readonly app: App;
  readonly clock: TestClock;
  readonly backend: TestBackend;
  /** Bounds one call that moves the clock. */
  readonly maxSteps: number;
}

/**
 * Stands in for the Functions host on a clock that a test moves. Invariants:
 *
 * 1. Messages are handled one after the other, longest due first, so that the same calls give the
 *    same runs. Work that waits for the clock does not hold up the next message.
 * 2. The clock moves only when nothing is left to do at its time, and then to the next time at
 *    which something is due.
 * 3. It starts no timer and no server.
 */
export class TestHost {
  readonly #parts: Parts;
  readonly #inFlight = new Set<Promise<unknown>>();
  /** Work in flight that was found to wait for the clock. */
  readonly #waiting = new Set<Promise<unknown>>();
  readonly #pending = new PendingWork();
  #nextTick: number | undefined;
  #steps = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Plans what is due, and does everything that can be done without moving the clock. */
  async settle(): Promise<void> {
    await this.#tick();
    await this.#work();
  }

  /** Moves the clock, and does in order what becomes due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#parts.clock.now() + ms;
    this.#steps = 0;
    await this.settle();
    while (await this.#step(end));
    this.#parts.clock.moveTo(end);
    await this.settle();
  }

  /** Moves the clock until `isDone`, or until nothing more becomes due. */
  async advanceUntil(isDone: () => Promise<boolean>): Promise<void> {
    this.#steps = 0;
    await this.settle();
    while (!(await isDone()) && (await this.#step(Number.POSITIVE_INFINITY)));
  }

  /** Waits for work that is not a message, moving the clock where the work waits for it. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    this.#track(work.then(done, done));
    await this.#work();
    this.#steps = 0;
    while (!isDone && (await this.#step(Number.POSITIVE_INFINITY)));
    if (isDone) return work;
    throw new Error('What was begun waits for something that does not come with time');
  }

  /** Moves the clock to the next time at which something is due. False: nothing is until `end`. */
  async #step(end: number): Promise<boolean> {
    const { clock, backend } = this.#parts;
    const isKnown = (at: number | undefined) => at !== undefined;
    const times = [clock.nextAt(), backend.queue.nextDueAt(), this.#nextTick].filter(isKnown);
    const next = Math.max(clock.now(), Math.min(...times));
    if (next > end || next - clock.now() > MAX_AHEAD_MS) return false;
    this.#countStep();
    clock.moveTo(next);
    if (this.#nextTick !== undefined && this.#nextTick <= next) await this.#tick();
    await this.#work();
    return true;
  }

  #countStep(): void {
    this.#steps += 1;
    const { clock, maxSteps } = this.#parts;
    if (this.#steps <= maxSteps) return;
    const at = new Date(clock.now()).toISOString();
    throw new Error(
      `${maxSteps} things became due until ${at}: advance less at once, or give the trigger that is due so often a longer interval`,
    );
  }

  async #tick(): Promise<void> {
    const { app, backend, clock } = this.#parts;
    await app.heartbeat();
    this.#nextTick = await findNextTick(backend.store, clock.now());
  }

  async #work(): Promise<void> {
    const { clock, backend } = this.#parts;
    for (;;) {
      await this.#untilStill();
      if (clock.fireDue()) continue;
      const [message] = await backend.queue.receive(1);
      if (!message) return;
      this.#track(this.#handle(message));
    }
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.finally(() => {
      this.#inFlight.delete(tracked);
      this.#waiting.delete(tracked);
    });
    this.#inFlight.add(tracked);
  }

  /** As the embedded pump does: a message whose handling throws comes again later. */
  async #handle(received: ReceivedMessage): Promise<void> {
    const { app, backend, clock } = this.#parts;
    const { body, lockToken: _, ...message } = received;
    const delivered = { ...message, bytes: Buffer.from(body) };
    try {
      const isOver = message.deliveryCount > MAX_DELIVERIES;
      await (isOver
        ? app.giveUpMessage(delivered, 'delivered too often')
        : app.handleMessage(delivered));
    } catch (error) {
      app.logger.error(`A message could not be handled and is delivered again: ${String(error)}`);
      clock.after(REDELIVER_MS, () => void backend.queue.abandon(received).catch(() => false));
      return;
    }
    await backend.queue.complete(received).catch(() => false);
  }

  /** Resolves when what is in flight has ended, or waits for the clock. */
  async #untilStill(): Promise<void> {
    const { backend } = this.#parts;
    this.#pending.restart();
    let calls = backend.calls();
    let isAsleep = true;
    let still = { turns: 0, since: performance.now() };
    while (this.#inFlight.size > 0) {
      await turn();
      still.turns += 1;
      const isMoving = backend.calls() !== calls;
      if (isMoving) this.#pending.restart();
      else if (!this.#isOver(still, isAsleep)) continue;
      else if (!this.#pending.isAny()) break;
      isAsleep = false;
      calls = backend.calls();
      still = { turns: 0, since: performance.now() };
    }
    for (const work of this.#inFlight) this.#waiting.add(work);
  }

  #isOver({ turns, since }: { turns: number; since: number }, isAsleep: boolean): boolean {
    const ofKnown = isAsleep ? ASLEEP : AWAKE;
    const bound = this.#isAllWaiting() ? ofKnown : QUIET;
    return turns > bound.turns && performance.now() - since > bound.ms;
  }

  #isAllWaiting(): boolean {
    return this.#inFlight.isSubsetOf(this.#waiting);
  }
}
