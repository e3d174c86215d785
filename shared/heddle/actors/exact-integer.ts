import { z } from 'zod';
import { toBigint, toNumber } from '../domain/exact-number.ts';

const EXPECTED = 'expected a whole number';

/**
 * Schema of a whole number of any size, such as an id beyond 2^53, which gives a bigint. An actor
 * gets such a number as the text of its digits, and a smaller one as a number: the schema takes
 * both. Returned, emitted or kept in the state, a bigint is written as a number again.
 * @example
 * class Invoicer extends Actor {
 *   static override readonly input = z.object({ orderId: exactInteger() });
 *
 *   async execute({ orderId }: z.infer<typeof Invoicer.input>) {
 *     return { next: orderId + 1n };
 *   }
 * }
 */
export function exactInteger() {
  return z
    .union([z.number(), z.string(), z.bigint()], EXPECTED)
    .transform((value, { addIssue }): bigint => {
      const whole = typeof value === 'bigint' ? value : toBigint(toJsonNumber(value));
      if (whole !== undefined) return whole;
      addIssue(EXPECTED);
      return z.NEVER;
    });
}

/** A text that is no number of JSON becomes NaN. */
function toJsonNumber(value: number | string) {
  if (typeof value === 'number') return value;
  return /^-?\d/.test(value) ? toNumber(value) : Number.NaN;
}
