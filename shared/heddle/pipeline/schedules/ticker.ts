import type { Trigger } from '../../domain/trigger.ts';
import { ConflictError } from '../../errors/errors.ts';
import {
  type Engine,
  type LiveEngine,
  type Sending,
  type Storing,
  withSnapshot,
} from '../engine/index.ts';
import { toSearchAt } from './find-lost-fires.ts';
import { noteFault } from './ledgers.ts';
import { PLAN_AHEAD_MS } from './plan-fires.ts';
import { type Planned, planTrigger } from './plan-trigger.ts';
import { TickMarker } from './tick-mark.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** Number of triggers that are planned at once. */
const AT_ONCE = 8;
/** How long a tick waits for one trigger, whose planning goes on by itself after that. */
const PLAN_WITHIN_MS = 20_000;
/** How long a ledger with nothing to do is not read again. */
const READ_AGAIN_MS = 300_000;
/** How often a trigger is planned in one tick, where more was missed than fits into one plan. */
const MAX_ROUNDS = 10;

type Planning = Storing & Sending & Pick<Engine, 'logger' | 'telemetry' | 'redact' | 'pollers'>;

/**
 * Plans schedules and pollers: each fire of the next minute and a half gets a message that is
 * delivered when it is due, and not before. Invariants:
 *
 * 1. Ids are made of trigger and time: a fire that is planned twice, by two instances or after a
 *    crash, is sent twice and delivered once.
 * 2. Messages are sent before the ledger says so: what a crash cuts off is planned again.
 * 3. A trigger that cannot be planned is logged; the others are still planned.
 * 4. A process remembers what it has planned itself, by the schedule that it knows: whatever others
 *    write to the ledger meanwhile, those fires have their messages.
 *
 * Any number of instances may tick, as often as they like.
 */
export class Ticker {
  readonly #live: LiveEngine;
  readonly #marker: TickMarker;
  readonly #timelines = new WeakMap<Trigger, Timeline>();
  /** Time until which a trigger has nothing to do, Unix milliseconds. */
  readonly #idleUntil = new WeakMap<Trigger, number>();
  readonly #busy = new Set<Trigger>();
  #ticking: Promise<void> | undefined;

  constructor(engine: LiveEngine) {
    this.#live = engine;
    this.#marker = new TickMarker(engine);
  }

  /**
   * Plans once; a tick that is under way is not doubled. Never rejects: the next tick tries again.
   */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  /** Resolves when no tick is under way. */
  async ended(): Promise<void> {
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    const engine = withSnapshot(this.#live);
    const { triggers, clock } = engine;
    if (triggers.timed.length === 0) return;
    const now = clock.now();
    const isWaiting = (trigger: Trigger) => !this.#busy.has(trigger) && !this.#isIdle(trigger, now);
    const waiting = triggers.timed.filter(isWaiting).values();
    const work = async () => {
      for (const trigger of waiting) await this.#planInTime(engine, trigger);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await this.#marker.mark();
  }

  /** False where the clock was put back since. */
  #isIdle(trigger: Trigger, now: number): boolean {
    const left = (this.#idleUntil.get(trigger) ?? now) - now;
    return left > 0 && left <= READ_AGAIN_MS;
  }

  async #planInTime(engine: Planning, trigger: Trigger): Promise<void> {
    const { clock, logger } = engine;
    const { promise: expired, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(PLAN_WITHIN_MS, () => {
      logger.warn(`Trigger ${trigger.name} takes more than ${PLAN_WITHIN_MS} ms to be planned`);
      resolve();
    });
    this.#busy.add(trigger);
    const planning = this.#plan(engine, trigger).finally(() => this.#busy.delete(trigger));
    await Promise.race([planning, expired]);
    cancel();
  }

  async #plan(engine: Planning, trigger: Trigger): Promise<void> {
    const timeline = await this.#timelineOf(engine, trigger);
    this.#idleUntil.delete(trigger);
    if (!timeline) return this.#rest(trigger, Number.POSITIVE_INFINITY);
    try {
      const { ledger, isCut } = await this.#planAll(engine, trigger, timeline);
      const { next } = ledger;
      const nextAt = next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next);
      const searchAt = toSearchAt(timeline, ledger);
      if (!isCut) this.#rest(trigger, Math.min(nextAt - PLAN_AHEAD_MS, searchAt));
    } catch (error) {
      // Another instance planned it as well: the next tick does what that one has not.
      if (error instanceof ConflictError) return;
      engine.logger.warn(`Trigger ${trigger.name} is not planned: ${String(error)}`);
    }
  }

  async #planAll(engine: Planning, trigger: Trigger, timeline: Timeline): Promise<Planned> {
    let planned = await planTrigger(engine, trigger, timeline);
    for (let rounds = 1; planned.isCut && rounds < MAX_ROUNDS; rounds++) {
      planned = await planTrigger(engine, trigger, timeline);
    }
    return planned;
  }

  #rest(trigger: Trigger, until: number): void {
    const longest = this.#live.clock.now() + READ_AGAIN_MS;
    this.#idleUntil.set(trigger, Math.min(until, longest));
  }

  /** Undefined where the fires of the trigger cannot be computed; its ledger says why. */
  async #timelineOf(engine: Planning, trigger: Trigger): Promise<Timeline | undefined> {
    try {
      const known = this.#timelines.get(trigger);
      const timeline = known ?? (await createTimeline(trigger, engine.pollers));
      this.#timelines.set(trigger, timeline);
      return timeline;
    } catch (error) {
      await noteFault(engine, trigger, error);
      return undefined;
    }
  }
}

/** Ticks once, as a process that remembers nothing. */
export function tick(engine: LiveEngine): Promise<void> {
  return new Ticker(engine).tick();
}
