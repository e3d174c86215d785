import type { Event } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';

/** The first clause of a trigger that an event does not meet. */
export interface Mismatch {
  /** Position of the clause in the trigger: `conditions.labels.severity`. */
  readonly path: string;
  readonly expected: Json;
  /** Absent if the event has no value there, or if the clause is not about one value. */
  readonly found?: Json;
}

/** The value of a field; undefined if there is no such field. */
export type Found = Json | undefined;

/** Costs of clauses; cheap ones are checked first. Only an expression can throw. */
export const RANKS = { value: 0, pattern: 1, expression: 2 } as const;
export type Rank = (typeof RANKS)[keyof typeof RANKS];

/** A clause about `S`: an object, or the value of one of its fields. */
export interface Clause<S> {
  readonly rank: Rank;
  /** @returns undefined if the clause is met */
  readonly check: (subject: S, event: Event) => Mismatch | undefined;
}

/** Every clause must be met. */
export function allOf<S>(clauses: readonly Clause<S>[]): Clause<S> {
  const [first, ...others] = inOrder(clauses);
  if (!first) return { rank: RANKS.value, check: () => undefined };
  if (others.length === 0) return first;
  const checks = [first, ...others].map(({ check }) => check);
  return {
    rank: toHighest(clauses),
    check(subject, event) {
      for (const check of checks) {
        const mismatch = check(subject, event);
        if (mismatch) return mismatch;
      }
      return undefined;
    },
  };
}

/** At least one clause must be met. */
export function anyOf<S>(clauses: readonly Clause<S>[], mismatch: Mismatch): Clause<S> {
  const checks = inOrder(clauses).map(({ check }) => check);
  return {
    rank: toHighest(clauses),
    check(subject, event) {
      for (const check of checks) if (!check(subject, event)) return undefined;
      return mismatch;
    },
  };
}

/** The clause must not be met. Its errors are passed on: an error does not count as "no match". */
export function noneOf<S>({ rank, check }: Clause<S>, mismatch: Mismatch): Clause<S> {
  return { rank, check: (subject, event) => (check(subject, event) ? undefined : mismatch) };
}

/** Cheapest first, otherwise as written. */
export function inOrder<S>(clauses: readonly Clause<S>[]): readonly Clause<S>[] {
  return clauses.toSorted((a, b) => a.rank - b.rank);
}

function toHighest(clauses: readonly Clause<never>[]): Rank {
  return clauses.reduce<Rank>((highest, { rank }) => (rank > highest ? rank : highest), 0);
}
