import { Actor } from '../../shared/heddle/actors/actor.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';
import type { LiveEngine } from '../../shared/heddle/pipeline/engine/engine.ts';
import { Ticker } from '../../shared/heddle/pipeline/schedules/ticker.ts';
import { pick, type Random } from './random-schedules.ts';
import { findFires, type Period, toQuarters } from './schedule-oracle.ts';
import { CrashPlan, crashable, createWorld, toTriggers } from './world.ts';

const QUARTER_MS = 900_000;

/** A process, of two that share a queue and a store and crash independently. */
class Instance {
  crashes = 0;
  readonly #engine: LiveEngine;
  #plan = new CrashPlan();
  #ticker: Ticker;

  constructor(engine: LiveEngine) {
    const queue = crashable(engine.queue, () => this.#plan);
    const store = crashable(engine.store, () => this.#plan);
    this.#engine = { ...engine, queue, store };
    this.#ticker = new Ticker(this.#engine);
  }

  async tick(plan = new CrashPlan()): Promise<void> {
    this.#plan = plan;
    await this.#ticker.tick();
    if (plan.hasCrashed) this.restart();
  }

  /** Starts a new process without memory. */
  restart(): void {
    if (this.#plan.hasCrashed) this.crashes++;
    this.#plan = new CrashPlan();
    this.#ticker = new Ticker(this.#engine);
  }
}

export interface Storm {
  readonly random: Random;
  /** Unix milliseconds; nothing happens before. */
  readonly from: number;
  readonly until: number;
  /** Ticks between two outages of both processes, and the longest outage. */
  readonly ticksUp: number;
  readonly maxDownMs: number;
  /** The number of crashes while messages are handled. */
  readonly deathsAtWork: number;
}

/** The outcome of every fire. */
export interface Aftermath {
  /** Sorted lists of fires due and run: `name 2026-01-01T00:00:00.000Z`. */
  readonly due: readonly string[];
  readonly run: readonly string[];
  /** Count of runs that started before they were due. */
  readonly early: number;
  readonly crashes: number;
  readonly crashesAtWork: number;
}

/** Plays schedules through crashes, late ticks, concurrent ticks and outages. */
export async function playStorm(written: readonly object[], storm: Storm): Promise<Aftermath> {
  const { random, from, until } = storm;
  const run: string[] = [];
  let early = 0;
  class Counting extends Actor {
    override execute({ scheduledTime }: { readonly scheduledTime: string }): void {
      run.push(`${this.context.triggerContext.eventType} ${scheduledTime}`);
      if (Date.parse(scheduledTime) > world.clock.now()) early++;
    }
  }
  const triggers = toTriggers(
    ...written.map((one) => ({ source: 'schedule', actor: 'counting', ...one })),
  );
  const world = createWorld(triggers, { counting: Counting });
  const instances = [new Instance(world.engine), new Instance(world.engine)] as const;
  let crashesAtWork = 0;

  async function work(): Promise<void> {
    for (;;) {
      const plan = random() < storm.deathsAtWork ? toPlan(random, 12) : new CrashPlan();
      if ((await world.work(plan)) === 0) break;
      if (plan.hasCrashed) crashesAtWork++;
    }
    world.crashNext(new CrashPlan());
  }

  async function tick(): Promise<void> {
    const plans = instances.map(() => (random() < 0.2 ? toPlan(random, 8) : new CrashPlan()));
    const ticking = random() < 0.3 ? instances : [pick(random, instances)];
    await Promise.all(ticking.map((instance, index) => instance.tick(plans[index])));
  }

  await world.clock.advance(from - world.clock.now());
  await instances[0].tick();
  for (let ticks = 1; world.clock.now() < until; ticks++) {
    const isDown = ticks % storm.ticksUp === 0;
    if (isDown) for (const instance of instances) instance.restart();
    const ms = isDown ? random() * storm.maxDownMs : 60_000 + random() ** 4 * 60_000;
    await world.clock.advance(Math.floor(ms));
    await tick();
    await work();
  }
  await instances[1].tick();
  const end = world.clock.now();
  await world.drain();
  const due = findDue(triggers, { from, until: end });
  const isDue = new Set(due);
  const [first, second] = instances;
  return {
    due: due.sort(),
    // Fires planned ahead have run since.
    run: run.filter((one) => isDue.has(one) || (one.split(' ')[1] ?? '') <= toIso(end)).sort(),
    ...{ early, crashes: first.crashes + second.crashes, crashesAtWork },
  };
}

/** Computes due fires with the oracle, independently of the product's plans. */
function findDue(triggers: readonly Trigger[], { from, until }: Period): string[] {
  const period = { from: from - (from % QUARTER_MS), until: until + QUARTER_MS };
  const known = new Map<string, ReturnType<typeof toQuarters>>();
  return triggers.flatMap(({ name, schedule }) => {
    if (!schedule) return [];
    const quarters = known.get(schedule.timezone) ?? toQuarters(schedule.timezone, period);
    known.set(schedule.timezone, quarters);
    const fires = findFires(schedule, quarters, period);
    const within = fires.filter((fire) => fire > from && fire <= until);
    return within.map((fire) => `${name} ${toIso(fire)}`);
  });
}

function toPlan(random: Random, writes: number): CrashPlan {
  return new CrashPlan(1 + Math.floor(random() * writes), pick(random, ['before', 'after']));
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}
