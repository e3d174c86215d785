import type { Json } from '../../domain/json.ts';
import { InvariantError } from '../../errors/errors.ts';
import { type Clause, type Found, type Mismatch, RANKS } from './clauses.ts';
import type { MatchTools } from './match-tools.ts';

/** A fault in a trigger's conditions, with its position. */
export interface ConditionFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const MAX_CLAUSES = 1000;
const MAX_DEPTH = 50;
/** More faults would not help, and each may take long to find. */
const MAX_FAULTS = 20;

/** Replaces a clause that cannot be compiled. A trigger with faults is never matched. */
const UNUSABLE: Clause<unknown> = {
  rank: RANKS.value,
  check() {
    throw new InvariantError('a clause that could not be compiled was asked');
  },
};

type Tool = 'compilePattern' | 'compileExpression';
type Compiled<T extends Tool> = ReturnType<Required<MatchTools>[T]>;

/** The compilation of one trigger, with its faults and its size. */
export class Compilation {
  readonly faults: ConditionFault[] = [];
  /** What is valid, but may be meant otherwise. */
  readonly doubts: ConditionFault[] = [];
  /** Tools that clauses need and that were not loaded. */
  readonly missing = new Set<Tool | 'findList'>();
  readonly tools: MatchTools;
  #clauses = 0;

  constructor(tools: MatchTools) {
    this.tools = tools;
  }

  at(...path: ConditionFault['path']): Place {
    return new Place(this, path);
  }

  get isFull(): boolean {
    return this.faults.length >= MAX_FAULTS;
  }

  /** @returns why there is no room for another clause */
  count(depth: number): string | undefined {
    this.#clauses += 1;
    if (this.#clauses === MAX_CLAUSES + 1) return `expected at most ${MAX_CLAUSES} clauses`;
    return depth > MAX_DEPTH ? `expected at most ${MAX_DEPTH} levels` : undefined;
  }

  get isTooLarge(): boolean {
    return this.#clauses > MAX_CLAUSES;
  }
}

/** Compiles what is expected of a value: a value, a list of values, tests, or conditions. */
export type CompileValue = (expected: Json, place: Place) => Clause<Found>;

/** Holds for all that is written below a position. */
interface Scope {
  readonly ignoresCase?: boolean;
  /** Asked of each item of a list. */
  readonly isOfItem?: true;
}

/** The position in the trigger that is being compiled. */
export class Place {
  readonly #compilation: Compilation;
  readonly #path: ConditionFault['path'];
  readonly scope: Scope;

  constructor(compilation: Compilation, path: ConditionFault['path'], scope: Scope = {}) {
    this.#compilation = compilation;
    this.#path = path;
    this.scope = scope;
  }

  /** Last name of the position. */
  get key(): string {
    return String(this.#path.at(-1));
  }

  at(key: string | number): Place {
    return new Place(this.#compilation, [...this.#path, key], this.scope);
  }

  within(scope: Scope): Place {
    return new Place(this.#compilation, this.#path, { ...this.scope, ...scope });
  }

  refuse(message: string): Clause<unknown> {
    if (!this.#compilation.isFull) this.#compilation.faults.push({ path: this.#path, message });
    return UNUSABLE;
  }

  doubt(message: string): void {
    const { doubts } = this.#compilation;
    if (doubts.length < MAX_FAULTS) doubts.push({ path: this.#path, message });
  }

  /** Compiles each entry of an object at its own position. */
  compileEntries<S>(
    written: Readonly<Record<string, Json>>,
    compile: (written: Json, place: Place) => Clause<S>,
  ): readonly Clause<S>[] {
    return Object.entries(written).map(([key, inner]) => {
      if (this.#compilation.isTooLarge) return UNUSABLE;
      const place = this.at(key);
      const fault = this.#compilation.count(this.#path.length);
      return fault === undefined ? compile(inner, place) : place.refuse(fault);
    });
  }

  /** Compiles a text with a tool, and makes a clause of the result. */
  use<T extends Tool, S>(
    tool: T,
    text: string,
    toClause: (compiled: Compiled<T>) => Clause<S>,
  ): Clause<S> {
    const { tools, missing, isFull } = this.#compilation;
    const compile = tools[tool] as ((text: string) => Compiled<T>) | undefined;
    if (!compile) missing.add(tool);
    if (!compile || isFull) return UNUSABLE;
    try {
      return toClause(compile(text));
    } catch (error) {
      return this.refuse((error as Error).message);
    }
  }

  /** @throws the error of `act`, with the position */
  run<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'what was thrown is no Error';
      throw new Error(`${this.#path.join('.')}: ${reason}`, { cause });
    }
  }

  /** Creates the mismatch for a value that does not meet the clause. */
  createToMismatch(expected: Json): (found?: Json) => Mismatch {
    const clause = { path: this.#path.join('.'), expected };
    return (found) => (found === undefined ? clause : { ...clause, found });
  }
}
