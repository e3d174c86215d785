import type { z } from 'zod';
import type { RawJson } from '../domain/code-event.ts';
import { toPlainJson } from '../domain/exact-json.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Logger } from '../ports/logger.ts';
import type { EmitOptions, Emitted, ModuleEvent } from './module-event.ts';

/** The event and the trigger that caused the run. */
export interface TriggerContext extends RawJson {
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
  /** True also for a run that follows from a replay. */
  readonly isReplay: boolean;
}

export interface ActorContext {
  readonly triggerContext: TriggerContext;
  readonly runId: string;
  /** The same for every attempt of a run: hand it to services that deduplicate requests. */
  readonly idempotencyKey: string;
  /** Aborts when the attempt's time is up, or when another process has taken the attempt over. */
  readonly signal: AbortSignal;
  /** Adds the ids of the run and the event to each line. The lines are kept with the run. */
  readonly logger: Logger;
  /** W3C trace context, for requests that the actor makes. */
  readonly traceparent?: string | undefined;
  /** Emits an event, which triggers with `source: emit` match: see {@link Emit}. */
  readonly emit: Emit;
}

/**
 * Emits an event from an actor. The event is durable once this resolves, whatever becomes of the
 * attempt.
 *
 * Its id is computed from the run, the type and the data, so an event that a later attempt emits
 * again is dropped as a duplicate. Give an `id` where the data differs between attempts, by a time
 * for instance. At most 100 an attempt. An attempt succeeds only once all its events are durable,
 * awaited or not.
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
  /** @param type `order.paid`. Where an event of this name is registered, its schema applies. */
  (type: string, data: object, options?: EmitOptions): Promise<Emitted>;
}

/** Gives an attempt's actor access to the run's state. */
export interface StateAccess {
  get(): JsonObject;
  patch(patch: JsonObject): void;
  save(): Promise<void>;
}

/**
 * Base class of actors. An actor runs when a trigger matches; one instance lives for one attempt of
 * one run.
 *
 * The value that `execute` returns (JSON) is the run's output. An error that it throws fails the
 * attempt: after a `TerminalError` the run ends as failed, after any other error the run is retried
 * as the trigger's `retry` says, after a `RetryableError` not before its `retryAfter`. A crash of
 * the process repeats the attempt in flight: do outside work under `this.context.idempotencyKey`.
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
  /** Schema of the input. An input that does not fit fails the run, with the paths at fault. */
  static readonly input?: z.ZodType;

  /**
   * False: the actor must not run again for a past event. A replay of one of its runs, or a run
   * that a replay leads to, is recorded as skipped. An actor that may be replayed reads
   * `triggerContext.isReplay`.
   */
  static readonly replayable?: boolean;

  /**
   * True: the input has numbers that no double holds as objects that `JSON.stringify` writes bare,
   * instead of as texts. For actors that pass JSON on.
   * @internal
   */
  static readonly takesExactNumbers?: boolean;

  /**
   * Inputs that name app settings, and so select the secrets that are sent. The trigger's definition
   * alone may have them: with them in an event, its sender would choose.
   * @internal
   */
  static readonly settingInputs?: readonly string[];

  readonly context: ActorContext;
  readonly #state: StateAccess;

  constructor(context: ActorContext, state: StateAccess) {
    this.context = context;
    this.#state = state;
  }

  abstract execute(input: never): unknown;

  /**
   * Writes to the log, and keeps the lines with the run: `GET /api/v1/runs/{id}` shows them.
   * @example
   * this.log.info('Reviewed', { number, open: 2 });
   */
  protected get log(): Logger {
    return this.context.logger;
  }

  /** State saved by the run so far, earlier attempts included. */
  get state(): JsonObject {
    return toPlainJson(this.#state.get());
  }

  /**
   * Merges `patch` into the run's state, key by key. The state is stored within a second, and
   * always with the end of the attempt, successful or not.
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
  readonly takesExactNumbers?: boolean;
  readonly settingInputs?: readonly string[];
  new (context: ActorContext, state: StateAccess): Actor;
}

export type Actors = Readonly<Record<string, ActorClass>>;

/** The class itself if `execute` accepts the output of `input`, else a type that never matches. */
type Consistent<C extends ActorClass> = C extends { readonly input: infer I extends z.ZodType }
  ? z.output<I> extends Parameters<InstanceType<C>['execute']>[0]
    ? C
    : { readonly 'execute must take what the static input yields': z.output<I> }
  : C;

/**
 * Names actors for triggers to use. The compiler checks each `input` against its `execute`.
 * @example
 * export default defineApp({ actors: defineActors({ greeter: Greeter, 'pr-reviewer': PrReviewer }) });
 */
export function defineActors<const T extends Actors>(
  actors: {
    readonly [K in keyof T]: Consistent<T[K]> & T[K];
  },
): Actors {
  return actors;
}
