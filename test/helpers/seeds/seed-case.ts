import type { Send } from './send.ts';

/** An event that a trigger does not match, and the clause that explains it. */
export interface Miss {
  readonly send: Send;
  readonly clause: string;
  readonly expected: unknown;
  /** Absent: the event has no value there. */
  readonly found?: unknown;
  /** The trigger whose clause it is, where the trigger itself is not asked. */
  readonly of?: string;
}

/** A case in which polls find no event. */
export interface Silence {
  readonly where: string;
  readonly send: Send;
}

interface Firing {
  /** Sends an event that runs the trigger. */
  readonly fires: Send;
  /** Other triggers that the event runs. */
  readonly also?: readonly string[];
  /** The actor's input without `_trigger_event`. */
  readonly input: unknown;
}

export type SeedCase = Firing &
  (
    | { readonly misses: readonly [Miss, ...Miss[]]; readonly silences?: never }
    | { readonly silences: readonly [Silence, ...Silence[]]; readonly misses?: never }
  );

/** Cases by trigger name. */
export type SeedCases = Readonly<Record<string, SeedCase>>;
