import { z } from 'zod';
import { stringifyExact } from '../../domain/exact-json.ts';
import type { Json } from '../../domain/json.ts';

/** A template without a value renders to an empty text, which counts as an absent field. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional()).optional();
}

/** A number, also as text: templates yield texts. */
export function numeric(min: number, max: number) {
  const expected = `expected a number from ${min} to ${max}`;
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,9}(?:\.\d{1,3})?$/)
          .transform(Number),
      ],
      expected,
    )
    .refine((value) => value >= min && value <= max, expected);
}

export function text(what: string) {
  return z.string(`expected ${what}`).min(1, `expected ${what}, received an empty text`);
}

/** The message to send: a text as it is, any other value as JSON. */
export const MessageSchema = z.custom<Json>(
  (value) => value !== undefined && value !== '',
  'expected a text or any JSON value',
);

export function toText(message: Json): { readonly text: string; readonly isJson: boolean } {
  if (typeof message === 'string') return { text: message, isJson: false };
  return { text: stringifyExact(message) ?? 'null', isJson: true };
}
