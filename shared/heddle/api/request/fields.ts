import type { z } from 'zod';
import { RejectedError } from '../../errors/errors.ts';

/**
 * Removes the function key, which may be in the URL: the Functions host checks it and leaves it
 * there.
 * @see https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
 */
function withoutKey(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete('code');
  return rest;
}

/** Names that objects have by birth: a schema may not see them as unknown, and code may trip over them. */
const INBORN = ['__proto__', 'constructor', 'prototype'] as const;

/** @throws {RejectedError} 400 for a parameter that no route can have */
export function refuseInborn(query: URLSearchParams): void {
  const name = INBORN.find((one) => query.has(one));
  if (name === undefined) return;
  throw new RejectedError('query_invalid', `"${name}" is no parameter of any route.`);
}

/** @throws {RejectedError} 400 that names each invalid parameter and the known ones */
export function parseQuery<T extends z.ZodObject>(schema: T, query: URLSearchParams): z.output<T> {
  const parsed = schema.safeParse(Object.fromEntries(withoutKey(query)));
  if (parsed.success) return parsed.data;
  const known = toKnown('parameters', schema);
  throw new RejectedError('query_invalid', `${toFaults(parsed.error)}.${known}`);
}

/**
 * @param toError replaces the refusal, for a body with a code of its own
 * @throws {RejectedError} 400 that names each invalid field and the known ones
 */
export function parseBody<T extends z.ZodType>(
  schema: T,
  body: unknown,
  toError?: (faults: string) => RejectedError,
): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = toFaults(parsed.error);
  if (toError) throw toError(faults);
  throw new RejectedError('body_invalid', `${faults}.${toKnown('fields', schema)}`);
}

/** A body may have a hundred thousand unknown fields. */
const MAX_FAULT_CHARS = 2000;

function toFaults({ issues }: z.ZodError): string {
  const faults = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  const text = faults.join('; ');
  return text.length > MAX_FAULT_CHARS ? `${text.slice(0, MAX_FAULT_CHARS)} …` : text;
}

function toKnown(what: string, schema: z.ZodType | z.ZodObject): string {
  const names = 'shape' in schema ? Object.keys(schema.shape) : [];
  return names.length === 0 ? '' : ` Known ${what}: ${names.join(', ')}.`;
}
