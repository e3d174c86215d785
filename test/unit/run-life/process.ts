import type { Actors } from '../../../shared/heddle/actors/actor.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';
import { ConflictError, RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { giveUpMessage } from '../../../shared/heddle/pipeline/dispatch/give-up-message.ts';
import type { Engine } from '../../../shared/heddle/pipeline/engine/engine.ts';
import { InFlight } from '../../../shared/heddle/pipeline/engine/in-flight.ts';
import { TriggerStates } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { TriggerVersions } from '../../../shared/heddle/pipeline/engine/trigger-versions.ts';
import type { Clock } from '../../../shared/heddle/ports/clock.ts';
import type { MessageReceiver, ReceivedMessage } from '../../../shared/heddle/ports/event-queue.ts';
import { CrashPlan, type World } from '../../helpers/world.ts';
import { type Calls, createPort } from './ports.ts';

/** Few, so that messages are given up in a test of this length. */
export const MAX_DELIVERIES = 3;
const MAX_IN_FLIGHT = 16;

export interface Watcher {
  /** A run was written. */
  noteWritten(run: Run): void;
  noteBuried(message: ReceivedMessage): void;
  /** A message was left to come again although the process lives. */
  noteThrown(error: unknown): void;
}

/** One instance of the app: its own memory, over the queue and the store that all share. */
export class Process {
  readonly engine: Engine;
  #plan = new CrashPlan();
  readonly #receiver: MessageReceiver;
  readonly #world: World;
  readonly #watcher: Watcher;
  readonly #inFlight = new Map<ReceivedMessage, AbortController>();
  /** What fell due while it stood still. */
  #overdue: (() => void)[] | undefined;

  constructor(
    { world, calls, watcher }: { world: World; calls: Calls; watcher: Watcher },
    createActors: (process: Process) => Actors,
  ) {
    this.#world = world;
    this.#watcher = watcher;
    const around = { calls, plan: () => this.#plan, onDone: () => undefined };
    const queue = createPort(world.queue, around);
    const store = createPort(world.store, {
      ...around,
      onDone: (method, [collection, document]) => {
        const isWrite = method === 'create' || method === 'replace';
        const isRun = (collection as { name?: string }).name === 'runs';
        if (isWrite && isRun) watcher.noteWritten(structuredClone(document as Run));
      },
    });
    this.#receiver = queue;
    const clock = this.#createClock();
    this.engine = {
      ...{ ...world.engine, queue, store, clock, actors: createActors(this) },
      states: new TriggerStates({ store, clock, logger: world.engine.logger }),
      versions: new TriggerVersions({ store, clock }),
      inFlight: new InFlight(),
    };
  }

  get isDead(): boolean {
    return this.#plan.hasCrashed;
  }

  get isBusy(): boolean {
    return !this.isDead && this.#inFlight.size > 0;
  }

  /** @param plan without one, it does not die */
  plan(plan = new CrashPlan()): void {
    if (!this.isDead) this.#plan = plan;
  }

  /** Takes what is due and begins with it. @returns how many messages there were */
  async receive(): Promise<number> {
    const free = MAX_IN_FLIGHT - this.#inFlight.size;
    if (this.isDead || this.#overdue || free === 0) return 0;
    const messages = await this.#world.queue.receive(free);
    for (const message of messages) void this.#handle(message);
    return messages.length;
  }

  /** It stands still, as one does whose machine is frozen: its locks and leases run out meanwhile. */
  freeze(): void {
    this.#overdue ??= [];
  }

  /** It goes on where it was, and knows of nothing. */
  thaw(): void {
    const overdue = this.#overdue ?? [];
    this.#overdue = undefined;
    for (const callback of overdue) callback();
  }

  async renewLocks(): Promise<void> {
    if (this.isDead || this.#overdue) return;
    for (const [message, lost] of this.#inFlight) {
      if (!(await this.#world.queue.renewLock(message))) lost.abort(new Error('the lock was lost'));
    }
  }

  async #handle(message: ReceivedMessage): Promise<void> {
    const { lockToken: _, ...rest } = message;
    const lost = new AbortController();
    this.#inFlight.set(message, lost);
    const delivery = { ...rest, signal: lost.signal };
    try {
      if (message.deliveryCount <= MAX_DELIVERIES) await dispatch(delivery, this.engine);
      else {
        this.#watcher.noteBuried(message);
        await giveUpMessage(delivery, 'delivered too often', this.engine);
      }
      await this.#receiver.complete(message);
    } catch (error) {
      if (!this.isDead) this.#watcher.noteThrown(error);
    }
    this.#inFlight.delete(message);
  }

  /** What a dead process has been waiting for does not come. */
  #createClock(): Clock {
    const { clock } = this.#world;
    return {
      now: () => clock.now(),
      after: (ms, callback) => {
        let isTaken = false;
        const once = () => {
          if (!isTaken && !this.isDead) callback();
        };
        const cancel = clock.after(ms, () => (this.#overdue ? this.#overdue.push(once) : once()));
        return () => {
          isTaken = true;
          cancel();
        };
      },
    };
  }
}

/** After these a message comes again by design. */
export function isOrdinary(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof RetryableError;
}
