import { z } from 'zod';
import type { Json } from '../../domain/json.ts';

/** A template whose value is not there renders to nothing: that counts as a field left out. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional()).optional();
}

/** Templates yield texts, so a number may come as one. */
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

/** What is sent: a text goes as it is, anything else as JSON. */
export const MessageSchema = z.custom<Json>(
  (value) => value !== undefined && value !== '',
  'expected a text or any JSON value',
);

export function toText(message: Json): { readonly text: string; readonly isJson: boolean } {
  if (typeof message === 'string') return { text: message, isJson: false };
  return { text: JSON.stringify(message), isJson: true };
}
