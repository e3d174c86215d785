import { z } from 'zod';
import { DurationSchema } from '../domain/duration.ts';
import { RUN_STATUSES } from '../domain/run.ts';
import { createWholeNumberSchema } from '../domain/whole-number.ts';

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

export type EventQuery = z.output<typeof EventQuerySchema>;

export const RunQuerySchema = z.strictObject({ ...base, status: z.enum(RUN_STATUSES).optional() });
export type RunQuery = z.output<typeof RunQuerySchema>;

export const DeadLetterQuerySchema = z.strictObject({
  limit: base.limit,
  continuation: base.continuation,
  since: base.since,
  kind: z.enum(['event', 'run', 'replay', 'unreadable']).optional(),
});
export type DeadLetterQuery = z.output<typeof DeadLetterQuerySchema>;

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
