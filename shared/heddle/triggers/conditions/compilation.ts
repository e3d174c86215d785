import type { Json } from '../../domain/json.ts';
import { InvariantError } from '../../errors/errors.ts';
import { type Clause, type Mismatch, RANKS } from './clauses.ts';
import type { MatchTools } from './match-tools.ts';

/** What is wrong with a trigger's conditions, and where. */
export interface ConditionFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const MAX_CLAUSES = 1000;
const MAX_DEPTH = 50;
/** Whoever is told of so many has enough to do, and each may have taken long to find. */
const MAX_FAULTS = 20;

/** Takes the place of what cannot be compiled. Nothing with faults is ever asked. */
const UNUSABLE: Clause<unknown> = {
  rank: RANKS.value,
  check() {
    throw new InvariantError('a clause that could not be compiled was asked');
  },
};

type Tool = 'compilePattern' | 'compileExpression';
type Compiled<T extends Tool> = ReturnType<Required<MatchTools>[T]>;

/** The compilation of one trigger: what is wrong with it, and how much there is of it. */
export class Compilation {
  readonly faults: ConditionFault[] = [];
  /** What clauses need that was not loaded. */
  readonly missing = new Set<Tool>();
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

  /** @returns why there is no room for one more clause */
  count(depth: number): string | undefined {
    this.#clauses += 1;
    if (this.#clauses === MAX_CLAUSES + 1) return `expected at most ${MAX_CLAUSES} clauses`;
    return depth > MAX_DEPTH ? `expected at most ${MAX_DEPTH} levels` : undefined;
  }

  get isTooLarge(): boolean {
    return this.#clauses > MAX_CLAUSES;
  }
}

/** Where in the trigger something is compiled. */
export class Place {
  readonly #compilation: Compilation;
  readonly #path: ConditionFault['path'];

  constructor(compilation: Compilation, path: ConditionFault['path']) {
    this.#compilation = compilation;
    this.#path = path;
  }

  /** The name under which it stands. */
  get key(): string {
    return String(this.#path.at(-1));
  }

  at(key: string | number): Place {
    return new Place(this.#compilation, [...this.#path, key]);
  }

  refuse(message: string): Clause<unknown> {
    if (!this.#compilation.isFull) this.#compilation.faults.push({ path: this.#path, message });
    return UNUSABLE;
  }

  /** Compiles each entry of an object at a place of its own. */
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

  /** Has a text compiled by a tool, and a clause made of the result. */
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

  /** @throws what `act` throws, and where it stands */
  run<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'what was thrown is no Error';
      throw new Error(`${this.#path.join('.')}: ${reason}`, { cause });
    }
  }

  /** Makes what is said of a value that is not as it should be here. */
  createToMismatch(expected: Json): (found?: Json) => Mismatch {
    const clause = { path: this.#path.join('.'), expected };
    return (found) => (found === undefined ? clause : { ...clause, found });
  }
}
