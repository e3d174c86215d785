import type { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import type { Logger } from '../ports/logger.ts';
import type { EmitOptions, Emitted, ModuleEvent } from './module-event.ts';

/** Where an actor's input comes from. */
export interface TriggerContext {
  readonly eventId: string;
  /** `pull_request.opened` */
  readonly eventType: string;
  /** `github` */
  readonly source: string;
  /** Whether the sender was authenticated. */
  readonly verified: boolean;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly triggerName: string;
  /** 1 for the first attempt of the run. */
  readonly attempt: number;
  /** Also of a run that a replay has led to. */
  readonly isReplay: boolean;
}

export interface ActorContext {
  readonly triggerContext: TriggerContext;
  readonly runId: string;
  /** The same for every attempt of a run: hand it to services that deduplicate requests. */
  readonly idempotencyKey: string;
  /** Aborts when the attempt's time is up, or when it has been lost to another process. */
  readonly signal: AbortSignal;
  /** Its lines carry the ids of run and event. */
  readonly logger: Logger;
  /** W3C trace context, for requests that the actor makes. */
  readonly traceparent?: string | undefined;
  /** Emits an event that triggers with `source: emit` take: see {@link Emit}. */
  readonly emit: Emit;
}

/**
 * Emits an event from an actor: it is on its way once this resolves, whatever becomes of the attempt.
 *
 * Its id comes from the run, the type and the data: what another attempt emits again is the same event
 * and is dropped. Where the data differs from attempt to attempt, by a time say, give an `id`. At most
 * 100 an attempt. An attempt succeeds only once all that it has emitted is on its way, awaited or not.
 *
 * @example
 * await this.context.emit('order.paid', { orderId: 'A-7' });
 * await this.context.emit(userCreated, { userId: 'u1', email }, { id: `user-${userId}` });
 * @throws {TerminalError} `schema_mismatch` with the paths, `emit_limit`, `payload_malformed`,
 * `body_too_large`, `emit_invalid`; {@link RetryableError} where the queue does not accept
 */
export interface Emit {
  <Schema extends z.ZodType>(
    event: ModuleEvent<Schema>,
    data: z.input<Schema> & object,
    options?: EmitOptions,
  ): Promise<Emitted>;
  /** @param type `order.paid`. Where an event of this name is registered, its schema holds. */
  (type: string, data: object, options?: EmitOptions): Promise<Emitted>;
}

/** What an attempt hands to its actor to keep state with. */
export interface StateAccess {
  get(): JsonObject;
  patch(patch: JsonObject): void;
  save(): Promise<void>;
}

/**
 * Base class of actors: what runs when a trigger matches. One instance lives for one attempt of
 * one run.
 *
 * What `execute` returns (JSON) is the run's output. What it throws fails the attempt: a
 * `TerminalError` ends the run as failed, anything else is tried again as the trigger's `retry`
 * says, a `RetryableError` not before its `retryAfter`. A crash of the process repeats the attempt
 * in flight: do outside work under `this.context.idempotencyKey`.
 *
 * @example
 * class Greeter extends Actor {
 *   static override readonly input = z.object({ sender: z.object({ login: z.string() }) });
 *
 *   async execute({ sender }: z.infer<typeof Greeter.input>) {
 *     this.updateState({ greeted: sender.login });
 *     return { text: `Hello ${sender.login}` };
 *   }
 * }
 */
export abstract class Actor {
  /** What `execute` takes. An input that does not fit fails the run, with the paths at fault. */
  static readonly input?: z.ZodType;

  /**
   * False: what it does must not be done again for an event of the past. A replay of one of its runs,
   * or a run that a replay leads to, is recorded as skipped. An actor that may be replayed sees by `triggerContext.isReplay` that it is.
   */
  static readonly replayable?: boolean;

  readonly context: ActorContext;
  readonly #state: StateAccess;

  constructor(context: ActorContext, state: StateAccess) {
    this.context = context;
    this.#state = state;
  }

  abstract execute(input: never): unknown;

  /** What the run has saved so far, earlier attempts included. */
  get state(): JsonObject {
    return this.#state.get();
  }

  /**
   * Merges `patch` into the run's state, key by key. It is stored within a second, and in any case
   * with the attempt's end, whatever that is.
   */
  protected updateState(patch: JsonObject): void {
    this.#state.patch(patch);
  }

  /** Resolves once everything given to {@link updateState} is durable. */
  protected saveState(): Promise<void> {
    return this.#state.save();
  }
}

/** A concrete actor class. */
export interface ActorClass {
  readonly input?: z.ZodType;
  readonly replayable?: boolean;
  new (context: ActorContext, state: StateAccess): Actor;
}

export type Actors = Readonly<Record<string, ActorClass>>;

/** The class itself where its `execute` takes what its `input` yields, else a type that nothing is. */
type Consistent<C extends ActorClass> = C extends { readonly input: infer I extends z.ZodType }
  ? z.output<I> extends Parameters<InstanceType<C>['execute']>[0]
    ? C
    : { readonly 'execute must take what the static input yields': z.output<I> }
  : C;

/** Actors by the names that triggers use. The compiler checks each `input` against its `execute`. */
export function defineActors<const T extends Actors>(
  actors: {
    readonly [K in keyof T]: Consistent<T[K]> & T[K];
  },
): Actors {
  return actors;
}
