import type { Event } from '../domain/event.ts';
import { TerminalError } from '../errors/errors.ts';
import type { ActorContext } from './actor.ts';

/** What a hook sees of the attempt that it is around. */
export interface HookContext extends ActorContext {
  /** The actor that `next` runs, by its registered name. */
  readonly actor: string;
}

/**
 * Runs around each attempt of a trigger's runs.
 *
 * `next` makes the input and runs the actor; it resolves with the actor's output and rejects with what
 * it has thrown. What the hook throws fails the attempt as if the actor had thrown it. What it returns
 * becomes the output; a hook that returns nothing leaves the actor's end as it was, a failure too. One
 * that never calls `next` skips the actor.
 *
 * @param event as it came, before filters and transforms; a copy. Of a run that gathers events, the
 * first.
 */
export type TriggerHook = (
  event: Event,
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
    output = await hook(structuredClone(event), context, next);
  } finally {
    // An attempt does not end while its actor is at work, whether its hook waits for that or not.
    await Promise.allSettled([inner]);
  }
  return output === undefined && inner ? inner : output;
}

function createRepeatedError({ triggerContext }: HookContext): TerminalError {
  const message = `a hook of trigger "${triggerContext.triggerName}" has called next twice: an attempt runs its actor once`;
  return new TerminalError(message, { code: 'next_repeated' });
}
