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
  // In a JSON Schema a bigint has no form of its own.
  const given = z
    .custom<number | string | bigint>((value) => toWhole(value) !== undefined, EXPECTED)
    .meta({ type: ['integer', 'string'] });
  return given.transform((value) => toWhole(value) as bigint);
}

function toWhole(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return toBigint(value);
  const isNumber = typeof value === 'string' && /^-?\d/.test(value);
  return isNumber ? toBigint(toNumber(value)) : undefined;
}
