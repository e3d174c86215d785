import { type CodeEvent, toCodeEvent } from '../domain/code-event.ts';
import type { Event } from '../domain/event.ts';
import { TerminalError } from '../errors/errors.ts';
import type { ActorContext } from './actor.ts';
import type { InvokeActor } from './invoke-actor.ts';

/** The attempt that a hook runs around. */
export interface HookContext extends ActorContext {
  /** Registered name of the actor that `next` runs. */
  readonly actor: string;
  /** Runs an actor in the course of the attempt, beside or instead of the one that `next` runs. */
  readonly invokeActor: InvokeActor;
}

/**
 * Runs around each attempt of a trigger's runs.
 *
 * `next` builds the input and runs the actor. It resolves with the actor's output and rejects with
 * the actor's error. An error that the hook throws fails the attempt as if the actor had thrown it.
 * A value that the hook returns becomes the output; if it returns nothing, the actor's result
 * stands, a failure too. A hook that never calls `next` skips the actor.
 *
 * @param event a copy of the event as it was received, before filters and transforms. For a run
 * that gathers events, the first one.
 */
export type TriggerHook = (
  event: CodeEvent,
  context: HookContext,
  next: () => Promise<unknown>,
) => unknown;

/** Calls the first hook around the second, and so on; the last is around `execute`. */
export async function runHooks(
  hooks: readonly TriggerHook[],
  event: Event,
  context: HookContext,
  execute: () => Promise<unknown>,
): Promise<unknown> {
  const [hook, ...rest] = hooks;
  if (!hook) return execute();
  let inner: Promise<unknown> | undefined;
  const next = async () => {
    if (inner) throw createRepeatedError(context);
    inner = runHooks(rest, event, context, execute);
    return inner;
  };
  let output: unknown;
  try {
    output = await hook(toCodeEvent(event), context, next);
  } finally {
    // The attempt does not end while its actor is running, even if the hook does not await it.
    await Promise.allSettled([inner]);
  }
  return output === undefined && inner ? inner : output;
}

function createRepeatedError({ triggerContext }: HookContext): TerminalError {
  const message = `a hook of trigger "${triggerContext.triggerName}" has called next twice: an attempt runs its actor once`;
  return new TerminalError('next_repeated', message);
}
