import { ExactNumber } from '../../domain/exact-number.ts';
import { isDict, isList, type Value } from './values.ts';

/** Nodes evaluated: turns of loops times the nodes within. */
const MAX_STEPS = 100_000;
/** Characters and items read and written: tens of times the largest possible output. */
const MAX_WORK = 10_000_000;

/**
 * Bounds of one rendering: payloads come from senders. Every node is counted when it is evaluated,
 * and a value is weighed before it is read through or written out. Nothing is interrupted in
 * between: one filter over one payload runs to its end.
 */
export class Work {
  #steps = 0;
  #work = 0;

  step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new Error(`takes more than ${MAX_STEPS} steps`);
  }

  spend(work: number): void {
    this.#work += work;
    if (this.#work > MAX_WORK) throw new Error(`takes more than ${MAX_WORK} characters of work`);
  }

  /** For work that reads the value's own characters or items. */
  read(value: Value, factor = 1): void {
    this.spend(toLength(value) * factor);
  }

  /** For work that reads everything within the value. */
  readAll(value: Value, factor = 1): void {
    this.spend(weigh(value, (MAX_WORK - this.#work) / factor) * factor);
  }
}

function toLength(value: Value): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  if (value instanceof ExactNumber) return value.text.length;
  return isDict(value) ? value.size : 1;
}

/** Stops above `limit`: a list that contains itself many times over cannot be counted. */
export function weigh(value: Value, limit: number): number {
  let weight = toLength(value);
  if (isList(value)) {
    for (const item of value) {
      if (weight > limit) return weight;
      weight += weigh(item, limit - weight);
    }
  } else if (isDict(value)) {
    for (const [key, item] of value) {
      if (weight > limit) return weight;
      weight += key.length + weigh(item, limit - weight);
    }
  }
  return weight;
}
