import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import {
  continueReleasing,
  resumeTrigger,
} from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import type { Engine } from '../../../shared/heddle/pipeline/engine/engine.ts';
import { Crash, CrashPlan, createWorld, type World } from '../../helpers/world.ts';
import { Journal } from './journal.ts';
import { Calls } from './ports.ts';
import { Process } from './process.ts';
import { createScriptedActor } from './script.ts';
import { TRIGGERS } from './triggers.ts';

/** Time passes in steps shorter than any lock or lease while work is in progress. */
const STEP_MS = 1000;
const INSTANCES = 2;
const MAX_DRAIN_MS = 6 * 3_600_000;

type Known = Pick<ConstructorParameters<typeof Journal>[0], 'keyOf' | 'isResubmitted'>;

/** Instances of the app over one queue and one store. A dead one is replaced. */
export class Site {
  readonly world: World = createWorld(TRIGGERS, {});
  readonly journal: Journal;
  crashes = 0;
  freezes = 0;
  readonly #calls = new Calls();
  readonly #processes: Process[];

  constructor(known: Known) {
    this.journal = new Journal({ now: () => this.world.clock.now(), ...known });
    this.#processes = Array.from({ length: INSTANCES }, () => this.#start());
  }

  #start(): Process {
    const parts = { world: this.world, calls: this.#calls, watcher: this.journal };
    return new Process(parts, (process) => ({
      scripted: createScriptedActor(this.journal.script, process),
    }));
  }

  /** @throws {Error} when something forbidden has happened */
  assertSound(): void {
    const [first, ...others] = this.journal.violations;
    if (first) throw new Error(`${first}${others.map((one) => `\n${one}`).join('')}`);
  }

  /** Makes the instance crash at one of its next writes. */
  planCrash(instance: number, plan: CrashPlan): void {
    this.#processes[instance]?.plan(plan);
  }

  /** Makes the instance crash now. */
  async kill(instance: number): Promise<void> {
    const plan = new CrashPlan(1, 'before');
    this.#processes[instance]?.plan(plan);
    await plan.around(true, async () => undefined).catch(() => undefined);
    await this.#settle();
  }

  /** Freezes the instance for a while, in which the others work. */
  async freeze(instance: number, ms: number): Promise<void> {
    const process = this.#processes[instance];
    if (!process) return;
    this.freezes++;
    this.journal.script.freeze(process);
    process.freeze();
    await this.run(ms);
    process.thaw();
    await this.#settle();
  }

  /** Makes a request to an instance, and repeats it where the instance died before it answered. */
  async ask<T>(instance: number, act: (engine: Engine) => Promise<T>): Promise<T> {
    for (;;) {
      const process = this.#processes[instance];
      if (!process) throw new Error(`there is no instance ${instance}`);
      try {
        const answer = await act(process.engine);
        await this.#settle();
        return answer;
      } catch (error) {
        await this.#settle();
        if (!(error instanceof Crash)) throw error;
      }
    }
  }

  /** Lets an instance receive due messages, and all work proceed without time passing. */
  async receive(instance: number): Promise<number> {
    const count = (await this.#processes[instance]?.receive()) ?? 0;
    await this.#settle();
    return count;
  }

  /** Lets time pass without anybody receiving. */
  async pass(ms: number): Promise<void> {
    const end = this.world.clock.now() + ms;
    for (let left = ms; left > 0; left = end - this.world.clock.now()) {
      await this.#step(this.#isBusy ? Math.min(STEP_MS, left) : left);
    }
  }

  /**
   * Lets time pass while all instances work. @returns whether nothing was left to do before its end
   */
  async run(ms: number): Promise<boolean> {
    const end = this.world.clock.now() + ms;
    for (;;) {
      await this.#receiveAll();
      const now = this.world.clock.now();
      const dueAt = this.#nextDueAt();
      if (dueAt === undefined && !this.#isBusy) {
        await this.pass(Math.max(0, end - now));
        return true;
      }
      if (now >= end) return false;
      const next = this.#isBusy ? now + STEP_MS : end;
      const due = dueAt !== undefined && dueAt > now ? dueAt : end;
      await this.#step(Math.min(end, next, due) - now);
    }
  }

  /**
   * Ends all faults and pauses, and works until nothing is left to do.
   * @param paused triggers that must be resumed for that
   */
  async finish(paused: readonly string[]): Promise<boolean> {
    this.journal.script.forget();
    for (const process of this.#processes) process.plan();
    for (const name of paused) await this.ask(0, (engine) => resumeTrigger(engine, name));
    await this.pass(2500);
    for (let instance = 0; instance < INSTANCES; instance++)
      await this.ask(instance, continueReleasing);
    const end = this.world.clock.now() + MAX_DRAIN_MS;
    while (this.world.clock.now() < end) {
      const isDone = await this.#isIdle();
      if (isDone) break;
      await this.run(60_000);
    }
    const isIdle = await this.#isIdle();
    await this.pass(this.world.engine.leaseMs);
    return isIdle;
  }

  async #isIdle(): Promise<boolean> {
    return !this.#isBusy && (await this.world.queue.depth()) === 0;
  }

  async #receiveAll(): Promise<void> {
    for (let count = 1; count > 0; ) {
      count = 0;
      for (let instance = 0; instance < INSTANCES; instance++)
        count += await this.receive(instance);
    }
  }

  async #step(ms: number): Promise<void> {
    for (const process of this.#processes) await process.renewLocks();
    await this.world.clock.advance(ms);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.#calls.settle();
    for (const [index, process] of this.#processes.entries()) {
      if (!process.isDead) continue;
      this.crashes++;
      const next = this.#start();
      this.#processes[index] = next;
      await continueReleasing(next.engine);
    }
  }

  get #isBusy(): boolean {
    return this.#processes.some(({ isBusy }) => isBusy);
  }

  #nextDueAt(): number | undefined {
    const { queue } = this.world;
    if (!(queue instanceof SqliteQueue)) throw new Error('expected the embedded queue');
    return queue.nextDueAt();
  }
}
