import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A length of time: a number of seconds, or a text such as `500ms`, `30s`, `5m`, `1h`, `1d`, `1w`.
 * Parsed to milliseconds.
 */
export const DurationSchema = z
  .union([
    z.number().nonnegative(),
    z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'expected a duration such as 30s, 5m or 1h'),
  ])
  .transform((value) => (typeof value === 'number' ? Math.round(value * 1000) : toMs(value)));

function toMs(text: string): number {
  const unit = text.replace(/^[\d.]+/, '') as keyof typeof UNIT_MS;
  return Math.round(Number.parseFloat(text) * UNIT_MS[unit]);
}
