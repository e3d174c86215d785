import { parseSignature, type Signature } from './signatures.ts';
import type { Value } from './values.ts';
import type { Work } from './work.ts';

export type Apply = (value: Value, args: readonly Value[], work: Work) => Value;

/** A filter, a test or a method: the signature of its arguments, and what it does. */
export interface Callable {
  readonly signature: Signature;
  readonly apply: Apply;
  /** Checks arguments that are written out, beyond their kinds. @returns the fault */
  readonly check?: (args: readonly Value[]) => string | undefined;
}

export function define(signature: string, apply: Apply, check?: Callable['check']): Callable {
  return { signature: parseSignature(signature), apply, ...(check && { check }) };
}
