import { z } from 'zod';
import { DurationSchema } from '../domain/duration.ts';
import { RUN_STATUSES } from '../domain/run.ts';
import { createWholeNumberSchema } from '../domain/whole-number.ts';
import { RejectedError } from '../errors/errors.ts';

const name = z.string().min(1).max(256);

/** Refuses globs: a list filters by equality, so a glob would silently find nothing. */
const wholeType = name.refine(
  (type) => !type.includes('*'),
  'expected a whole type such as pull_request.opened, or its first part for all below it, without *',
);

const SINCE = 'expected a timestamp such as 2026-01-31T08:00:00Z, or how far back, such as 1h';

/** Parameters common to all lists. */
export const base = {
  limit: createWholeNumberSchema(1, 200).default(50),
  continuation: z.string().min(1).max(2000).optional(),
  source: name.optional(),
  /** A whole type, or a first part that includes all types below it. */
  type: wholeType.optional(),
  trigger: name.optional(),
  /** ISO 8601, or a duration before now: `1h`. */
  since: z
    .union([z.iso.datetime({ offset: true, error: SINCE }), DurationSchema], { error: SINCE })
    .optional(),
};

export const EventQuerySchema = z.strictObject({
  ...base,
  status: z.enum(['matched', 'unmatched']).optional(),
});

export const RunQuerySchema = z.strictObject({ ...base, status: z.enum(RUN_STATUSES).optional() });

export const DeadLetterQuerySchema = z.strictObject({
  limit: base.limit,
  continuation: base.continuation,
  since: base.since,
  kind: z.enum(['event', 'run', 'replay', 'unreadable']).optional(),
});

/**
 * Removes the function key, which may be in the URL: the Functions host checks it and leaves it
 * there.
 * @see https://learn.microsoft.com/azure/azure-functions/function-keys-how-to
 */
export function withoutKey(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete('code');
  return rest;
}

/** @throws {RejectedError} 400 that names each invalid parameter and the known ones */
export function parseQuery<T extends z.ZodObject>(schema: T, query: URLSearchParams): z.output<T> {
  const parsed = schema.safeParse(Object.fromEntries(withoutKey(query)));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  const known = Object.keys(schema.shape).join(', ');
  throw new RejectedError(
    400,
    'query_invalid',
    `${faults.join('; ')}. Known parameters: ${known}.`,
  );
}

/** Converts milliseconds before `now`, or a timestamp with any offset, to a UTC timestamp. */
export function toSince(since: string | number | undefined, now: number): { since?: string } {
  if (since === undefined) return {};
  const at = typeof since === 'number' ? now - since : Date.parse(since);
  return { since: new Date(at).toISOString() };
}

/** Drops absent filters. */
export function toWhere(
  filters: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const where: Record<string, string> = {};
  for (const [field, value] of Object.entries(filters)) {
    if (value !== undefined) where[field] = value;
  }
  return where;
}
