import type { JsonObject } from '../domain/json.ts';

/** Outcome of an actor that a hook has invoked. */
export type Invoked = {
  /** Unique to the call, and the same in every attempt: the actor's `idempotencyKey`. */
  readonly actorId: string;
  readonly durationMs: number;
} & (
  | { readonly success: true; readonly output: unknown; readonly error?: never }
  | {
      readonly success: false;
      readonly output?: never;
      readonly error: { readonly code: string; readonly message: string };
    }
);

/**
 * Runs an actor in the course of a hook's attempt. It has the attempt's signal, logger and `emit`,
 * and a state of its own, which ends with the call. An error that it throws is the result
 * `success: false`, and fails nothing. The attempt ends when the actor has, awaited or not, and a
 * further attempt invokes it again under the same `actorId`.
 * @param input checked with the actor's own schema
 * @throws the signal's reason once the attempt is over
 */
export type InvokeActor = (actor: string, input: JsonObject) => Promise<Invoked>;
