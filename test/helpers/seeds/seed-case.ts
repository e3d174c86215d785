import type { Send } from './send.ts';

/** An event that a trigger does not take, and the clause that says why. */
export interface Miss {
  readonly send: Send;
  readonly clause: string;
  readonly expected: unknown;
  /** Absent: the event has nothing there. */
  readonly found?: unknown;
  /** Whose clause it is, where the trigger itself is not asked. */
  readonly of?: string;
}

/** What polls find is no event. */
export interface Silence {
  readonly where: string;
  readonly send: Send;
}

interface Firing {
  /** An event that runs the trigger. */
  readonly fires: Send;
  /** Other triggers that it runs. */
  readonly also?: readonly string[];
  /** What the actor is given, without `_trigger_event`. */
  readonly input: unknown;
}

export type SeedCase = Firing &
  (
    | { readonly misses: readonly [Miss, ...Miss[]]; readonly silences?: never }
    | { readonly silences: readonly [Silence, ...Silence[]]; readonly misses?: never }
  );

/** By the names of the triggers. */
export type SeedCases = Readonly<Record<string, SeedCase>>;
