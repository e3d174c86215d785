import type { ActorClass, ActorContext, StateAccess } from '../../actors/actor.ts';
import type { InvokeActor, Invoked } from '../../actors/invoke-actor.ts';
import { toExactJson, toPlainJson } from '../../domain/exact-json.ts';
import { toInvocationId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { Engine } from '../engine/index.ts';
import { checkInput } from './actor-input.ts';
import { createOrdinals } from './ordinals.ts';
import { toRunError } from './run-error.ts';

export interface Invocations {
  readonly invokeActor: InvokeActor;
  /** Resolves when every invoked actor has ended, awaited or not. */
  settle(): Promise<void>;
}

type Invoking = Pick<Engine, 'actors' | 'clock' | 'redact'>;

/** Lets the hooks of one attempt invoke actors. */
export function createInvocations(engine: Invoking, context: ActorContext): Invocations {
  const nthOf = createOrdinals();
  const pending: Promise<unknown>[] = [];
  const invoke = async (actor: string, input: JsonObject): Promise<Invoked> => {
    context.signal.throwIfAborted();
    const actorId = toInvocationId(context.runId, actor, nthOf(actor));
    const called = { ...context, idempotencyKey: actorId };
    return invokeTimed(engine, { actor, context: called, input });
  };
  return {
    invokeActor(actor, input) {
      const invoked = invoke(actor, input);
      // An attempt that is over rejects it, and nobody may be waiting.
      invoked.catch(() => undefined);
      pending.push(invoked);
      return invoked;
    },
    async settle() {
      await Promise.allSettled(pending);
    },
  };
}

interface Call {
  readonly actor: string;
  readonly context: ActorContext;
  readonly input: JsonObject;
}

/** An error of the actor is an answer, and fails nobody by itself. */
async function invokeTimed(engine: Invoking, call: Call): Promise<Invoked> {
  const actorId = call.context.idempotencyKey;
  const begin = engine.clock.now();
  const toDuration = () => engine.clock.now() - begin;
  try {
    const output = await execute(engine.actors[call.actor], call);
    return { success: true, output, actorId, durationMs: toDuration() };
  } catch (thrown) {
    const error = toRunError(thrown, engine.redact);
    return { success: false, error, actorId, durationMs: toDuration() };
  }
}

async function execute(
  ActorClass: ActorClass | undefined,
  { actor, context, input }: Call,
): Promise<unknown> {
  if (!ActorClass) {
    throw new TerminalError('actor_missing', `no actor "${actor}" is registered`);
  }
  if (ActorClass.replayable === false && context.triggerContext.isReplay) {
    const message = `the actor "${actor}" must not run again for a past event`;
    throw new TerminalError('not_replayable', message);
  }
  const checked = await checkInput(ActorClass, input);
  const output = await new ActorClass(context, createState()).execute(checked as never);
  return toPlainJson(toExactJson(output));
}

/** The state of one call, which nothing stores. */
function createState(): StateAccess {
  let state: JsonObject = {};
  return {
    get: () => state,
    patch: (patch) => {
      state = { ...state, ...(toExactJson(patch) as JsonObject) };
    },
    save: async () => undefined,
  };
}
