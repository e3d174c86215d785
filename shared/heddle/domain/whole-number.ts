import { z } from 'zod';

/** A whole number given as text, as in settings and URLs. Its only fault says what is expected. */
export function createWholeNumberSchema(min: number, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  const error = `expected a whole number ${range}`;
  const isOne = (value: number) => Number.isSafeInteger(value) && value >= min && value <= max;
  return z.coerce.number({ error }).refine(isOne, { error });
}
