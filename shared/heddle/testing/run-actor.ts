import type { z } from 'zod';
import {
  Actor,
  type ActorClass,
  type ActorContext,
  type Actors,
  type Emit,
  type StateAccess,
} from '../actors/actor.ts';
import type { EmitOptions } from '../actors/module-event.ts';
import type { AppDefinition } from '../composition/define-app.ts';
import type { JsonObject } from '../domain/json.ts';
import { RetryableError, TerminalError } from '../errors/errors.ts';
import { withInput } from './actor-input.ts';
import { openTestApp, type TestAppOptions } from './create-test-app.ts';
import { withOwnSource } from './own-source.ts';
import { createRecordedLog, type LogLine } from './recorded-log.ts';
import { type TestEvent, takeEvent } from './test-event.ts';

/** An attempt of an actor's run. */
export interface RunActorOptions extends Pick<TestAppOptions, 'now' | 'settings' | 'http'> {
  /** The event that causes the run: its payload is the input, unless the trigger builds another. */
  readonly event?: TestEvent;
  /** The input, as a trigger's `variables` would make it. */
  readonly input?: object;
  /** State that earlier attempts have left. */
  readonly state?: JsonObject;
  /** Default: 1, or 2 with a `state`. */
  readonly attempt?: number;
  /** Fields of the trigger, as in a triggers file: `{ name, inputMapping, timeout }`. */
  readonly trigger?: object;
  /** Aborts the attempt's signal, as the loss of its message does. */
  readonly signal?: AbortSignal;
  /** An app whose events and hooks apply. None of its own actors runs. */
  readonly app?: AppDefinition;
}

export interface EmittedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

/** Result of an attempt. */
export interface ActorResult<Output = unknown, Input = unknown> {
  /** The input that the actor was given, as its schema yields it. */
  readonly input: Input;
  /** The output, as JSON keeps it. */
  readonly output: Output;
  /** The run's state after the attempt. */
  readonly state: JsonObject;
  readonly emitted: readonly EmittedEvent[];
  /** Lines that the actor has logged. */
  readonly logs: readonly LogLine[];
}

const NAME = 'test';

/** The value with which `execute` resolves. */
type OutputOf<C extends ActorClass> = Awaited<ReturnType<InstanceType<C>['execute']>>;

/** The input as the actor's schema yields it. */
type InputOf<C extends ActorClass> = C extends { readonly input: infer I extends z.ZodType }
  ? z.output<I>
  : unknown;

/**
 * Runs one attempt of an actor, as the engine does: its schema parses the input, its state and
 * output are stored, its events are checked and emitted, and its time is bounded by the trigger's
 * `timeout`, which passes at once where the actor waits for its signal.
 * @throws what the actor throws; {@link TerminalError} `input_invalid` where the input does not fit
 * @example
 * const { output, state } = await runActor(Greeter, { input: { sender: { login: 'ada' } } });
 * await expect(runActor(Greeter, { event: { source: 'github', type: 'push' } })).rejects.toThrow();
 */
export async function runActor<C extends ActorClass>(
  ActorClass: C,
  options: RunActorOptions = {},
): Promise<ActorResult<OutputOf<C>, InputOf<C>>> {
  const { event = {}, state, attempt = state ? 2 : 1, app: definition = {} } = options;
  const seen: Seen = { emitted: [], ...createRecordedLog() };
  const observed = observe(ActorClass, seen, { ...options, attempt });
  const { file, isOwn } = await withOwnSource(toTrigger(options, attempt));
  const opened = await openTestApp({
    ...pickDefined(options),
    app: { ...definition, actors: { ...toIdle(definition.actors), [NAME]: observed } },
    triggers: file,
  });
  await using test = opened.test;
  const given = { ...DEFAULT_EVENT, ...event };
  const { id } = await takeEvent(opened, isOwn ? { fields: {}, ...given } : given);
  await test.drain();
  const run = (await test.runs()).find((one) => one.actor === NAME && one.eventId === id);
  if ('error' in seen) throw seen.error;
  if (run?.status === 'failed') throw new TerminalError(run.error.code, run.error.message);
  if (run?.status !== 'succeeded') throw new Error((await test.explain()).text);
  const { emitted, lines: logs } = seen;
  const input = seen.input as InputOf<C>;
  return { input, output: run.output as OutputOf<C>, state: run.state, emitted, logs };
}

const DEFAULT_EVENT = { source: 'test', type: 'test' };

function pickDefined({ now, settings, http }: RunActorOptions) {
  return { ...(now && { now }), ...(settings && { settings }), ...(http && { http }) };
}

/** The app's own triggers may match the event too: their actors do nothing. */
function toIdle(actors: Actors = {}): Actors {
  class Idle extends Actor {
    execute(): void {}
  }
  return Object.fromEntries(Object.keys(actors).map((name) => [name, Idle]));
}

/** The earlier attempts fail at once; the last one is the actor's. */
function toTrigger({ event, input, trigger }: RunActorOptions, attempt: number) {
  return {
    ...{ name: NAME, source: event?.source ?? DEFAULT_EVENT.source, requireVerification: false },
    ...(input ? { defaultInputs: input } : {}),
    ...trigger,
    actor: NAME,
    retry: { maxAttempts: attempt, backoff: 'fixed', delay: '1s' },
  };
}

interface Seen extends ReturnType<typeof createRecordedLog> {
  eventId?: string;
  input?: unknown;
  error?: unknown;
  readonly emitted: EmittedEvent[];
}

interface Observing extends Pick<RunActorOptions, 'state' | 'signal'> {
  readonly attempt: number;
}

/** An actor that runs the other one in the attempt that is asked for, and notes what it does. */
function observe(ActorClass: ActorClass, seen: Seen, { attempt, state, signal }: Observing) {
  class Observed extends Actor {
    readonly #access: StateAccess;

    constructor(context: ActorContext, access: StateAccess) {
      super(context, access);
      this.#access = access;
    }

    async execute(input: unknown): Promise<unknown> {
      const { eventId, attempt: present } = this.context.triggerContext;
      seen.eventId ??= eventId;
      // An event that the actor emits may match its own trigger.
      if (seen.eventId !== eventId) return undefined;
      if (present < attempt) {
        throw new RetryableError('earlier_attempt', 'an attempt before the one that is tested');
      }
      seen.input = input;
      if (state) this.#access.patch(state);
      const context = toContext(this.context, seen, signal);
      try {
        return await new ActorClass(context, this.#access).execute(input as never);
      } catch (error) {
        seen.error = error;
        throw error;
      }
    }
  }
  return withInput(Observed, ActorClass);
}

function toContext(context: ActorContext, seen: Seen, signal?: AbortSignal): ActorContext {
  const signals = [context.signal, ...(signal ? [signal] : [])];
  const emit = async (event: string | { name: string }, data: object, options?: EmitOptions) => {
    const emitted = await context.emit(event as string, data, options);
    const type = typeof event === 'string' ? event : event.name;
    seen.emitted.push({ id: emitted.id, type, data });
    return emitted;
  };
  return {
    ...context,
    ...{ signal: AbortSignal.any(signals), logger: seen.logger, emit: emit as Emit },
  };
}
