import { setImmediate as turn } from 'node:timers/promises';
import { Actor, type ActorClass } from '../../../shared/heddle/actors/actor.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import type { Clock } from '../../../shared/heddle/ports/clock.ts';
import { Crash } from '../../helpers/world.ts';

/** The behaviour of the next attempt. */
export interface Behaviour {
  readonly ends: 'succeeded' | 'again' | 'forGood';
  readonly ms: number;
  /** Continues when asked to end. */
  readonly isStubborn: boolean;
}

const AT_ONCE: Behaviour = { ends: 'succeeded', ms: 0, isStubborn: false };

/** The process of an execution, which may die during it. */
export interface Host {
  readonly isDead: boolean;
  readonly engine: { readonly clock: Clock };
}

/** A start of an actor. */
export interface Execution {
  readonly host: Host;
  readonly runId: string;
  readonly trigger: string;
  readonly eventId: string;
  readonly attempt: number;
  readonly behaviour: Behaviour;
  /** Numbers of the events in its input. */
  readonly handed: readonly number[];
  /** Its process was frozen meanwhile: others may have taken over its run or its slot. */
  isStale?: true;
  /** Undefined while it runs, and where its process has died. */
  outcome?: Behaviour['ends'] | 'asked';
}

export const CODES = { again: 'told_again', forGood: 'told_for_good' } as const;

/** The instructions for actors, and the record of their executions. */
export class Script {
  readonly executions: Execution[] = [];
  readonly onBegun: (execution: Execution) => void;
  #next: Behaviour[] = [];

  constructor(onBegun: (execution: Execution) => void) {
    this.onBegun = onBegun;
  }

  tell(behaviours: readonly Behaviour[]): void {
    this.#next.push(...behaviours);
  }

  forget(): void {
    this.#next = [];
  }

  get going(): readonly Execution[] {
    return this.executions.filter(({ outcome, host }) => outcome === undefined && !host.isDead);
  }

  freeze(host: Host): void {
    for (const execution of this.going) if (execution.host === host) execution.isStale = true;
  }

  begin(execution: Omit<Execution, 'behaviour'>): Execution {
    const behaviour = this.#next.shift() ?? AT_ONCE;
    const begun = { ...execution, behaviour };
    this.executions.push(begun);
    this.onBegun(begun);
    return begun;
  }
}

export function createScriptedActor(script: Script, host: Host): ActorClass {
  return class Scripted extends Actor {
    async execute(input: JsonObject): Promise<unknown> {
      if (host.isDead) throw new Crash();
      const { runId, signal, triggerContext } = this.context;
      const { triggerName: trigger, attempt, eventId } = triggerContext;
      const about = { host, runId, trigger, attempt, eventId, handed: toNumbers(input) };
      const execution = script.begin(about);
      await (execution.behaviour.ms === 0 ? turn() : wait(execution, signal));
      if (host.isDead) throw new Crash();
      return end(execution);
    }
  };
}

function toNumbers({ n, events }: JsonObject): readonly number[] {
  if (!Array.isArray(events)) return [Number(n)];
  return events.map((event) => Number((event as JsonObject).n));
}

function wait(execution: Execution, signal: AbortSignal): Promise<void> {
  const { host, behaviour } = execution;
  return new Promise((resolve, reject) => {
    host.engine.clock.after(behaviour.ms, resolve);
    if (behaviour.isStubborn) return;
    const give = () => {
      execution.outcome ??= 'asked';
      reject(signal.reason);
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give);
  });
}

function end(execution: Execution): JsonObject {
  const { ends } = execution.behaviour;
  execution.outcome = ends;
  if (ends === 'again') throw new RetryableError(CODES.again, 'told to fail');
  if (ends === 'forGood') throw new TerminalError(CODES.forGood, 'told to fail for good');
  return { done: true };
}
