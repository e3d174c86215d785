import type { Value } from './values.ts';
import type { Work } from './work.ts';

/** Variables by name. What is set in a scope does not reach its parent. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #values = new Map<string, Value>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  get(name: string): Value {
    return this.#values.has(name) ? this.#values.get(name) : this.#parent?.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** State of one rendering. */
export interface Frame {
  scope: Scope;
  readonly work: Work;
  /** Text that was written so far. */
  out: string;
  /** Line of the tag that is rendered, for the message of an error. */
  line: number;
}

export type Evaluate = (frame: Frame) => Value;
export type Run = (frame: Frame) => void;

/** Names, and what else is found out while a template is compiled. */
export interface Context {
  readonly used: Set<string>;
  readonly declared: Set<string>;
}

/** Deeper nesting makes a program of a template, and evaluation recurses as deep. */
const MAX_NESTING = 100;

export function checkDepth(depth: number): void {
  if (depth > MAX_NESTING) throw new Error(`nests deeper than ${MAX_NESTING} levels`);
}
