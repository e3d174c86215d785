import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const EXPECTED = 'expected a duration such as 30s, 5m or 1h, or a number of seconds';

/** Ten years, so that a date plus or minus a duration stays a valid date. */
const MAX_MS = 3650 * UNIT_MS.d;

/**
 * A length of time: a number of seconds, or a text such as `500ms`, `30s`, `5m`, `1h`, `1d`, `1w`.
 * Parsed to milliseconds, at most ten years.
 */
export const DurationSchema = z
  .union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, EXPECTED)], {
    error: EXPECTED,
  })
  .transform((value) => (typeof value === 'number' ? Math.round(value * 1000) : toMs(value)))
  .refine((ms) => ms <= MAX_MS, 'expected a duration of at most 3650d');

function toMs(text: string): number {
  const unit = text.replace(/^[\d.]+/, '') as keyof typeof UNIT_MS;
  return Math.round(Number.parseFloat(text) * UNIT_MS[unit]);
}
