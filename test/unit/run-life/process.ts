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

/** A low limit, so that messages are given up in a test of this length. */
export const MAX_DELIVERIES = 3;
const MAX_IN_FLIGHT = 16;

export interface Watcher {
  /** Called when a run was written. */
  noteWritten(run: Run): void;
  noteGivenUp(message: ReceivedMessage): void;
  /** Called when a message was left for redelivery although the process lives. */
  noteThrown(error: unknown): void;
}

/** An instance of the app: its own memory over the shared queue and store. */
export class Process {
  readonly engine: Engine;
  #plan = new CrashPlan();
  readonly #receiver: MessageReceiver;
  readonly #world: World;
  readonly #watcher: Watcher;
  readonly #inFlight = new Map<ReceivedMessage, AbortController>();
  /** Timers that fell due while it was frozen. */
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

  /** @param plan absent: it does not crash */
  plan(plan = new CrashPlan()): void {
    if (!this.isDead) this.#plan = plan;
  }

  /** Receives due messages and starts to handle them. @returns the number of messages */
  async receive(): Promise<number> {
    const free = MAX_IN_FLIGHT - this.#inFlight.size;
    if (this.isDead || this.#overdue || free === 0) return 0;
    const messages = await this.#world.queue.receive(free);
    for (const message of messages) void this.#handle(message);
    return messages.length;
  }

  /** Freezes the process, as a frozen machine does: its locks and leases expire meanwhile. */
  freeze(): void {
    this.#overdue ??= [];
  }

  /** Continues where it was, without knowing of the freeze. */
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
        this.#watcher.noteGivenUp(message);
        await giveUpMessage(delivery, 'delivered too often', this.engine);
      }
      await this.#receiver.complete(message);
    } catch (error) {
      if (!this.isDead) this.#watcher.noteThrown(error);
    }
    this.#inFlight.delete(message);
  }

  /** Drops the timers of a dead process. */
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

/** True for errors after which a message is redelivered by design. */
export function isOrdinary(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof RetryableError;
}
