import { TerminalError } from '../../errors/errors.ts';

/** An interval as cron libraries of Go write it: `@every 1h30m`. */
const EVERY = /^@every\s+(?<steps>\S+)$/i;
const STEP = /(\d+(?:\.\d+)?)(ms|[smhdw])/gy;
const UNIT_MS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
};
const MIN_MS = 1000;
const MAX_MS = 31_536_000_000;

export function isEvery(text: string): boolean {
  return /^@every\b/i.test(text.trim());
}

/** @throws {TerminalError} when it is not a length of time from 1s to 365d */
export function parseEvery(text: string): number {
  const steps = EVERY.exec(text.trim())?.groups?.steps ?? '';
  const found = [...steps.matchAll(STEP)];
  const isRead = found.map(([step]) => step).join('') === steps;
  const ms = found.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0),
    0,
  );
  if (isRead && ms >= MIN_MS && ms <= MAX_MS) return Math.round(ms);
  throw new TerminalError(
    'schedule_invalid',
    `"${text}" has no interval: expected one from 1s to 365d, such as @every 5m or @every 1h30m`,
  );
}
