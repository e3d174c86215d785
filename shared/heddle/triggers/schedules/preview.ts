import type { Schedule } from '../../domain/schedule.ts';
import { createFires, LATEST } from './fires.ts';
import { findTimeZone, type TimeZone, WINDOW_MS } from './time-zone.ts';

/** A future fire, without the jitter, which is added when it is sent. */
export interface PreviewedFire {
  /** `2026-03-29T01:00:00.000Z` */
  readonly utc: string;
  /** Local time of the zone: `2026-03-29T03:00:00+02:00`. */
  readonly local: string;
  readonly timezone: string;
  /** Whether the clocks are ahead of that year's winter time. */
  readonly isDst: boolean;
}

export const MAX_PREVIEWED = 1000;

/**
 * The next fires after a time in Unix milliseconds, even if the schedule is disabled.
 * @throws {TerminalError} when its cron or time zone is invalid: call `findScheduleFault` first
 */
export function previewFires(
  schedule: Schedule,
  { from, count }: { readonly from: number; readonly count: number },
): readonly PreviewedFire[] {
  const { timezone } = schedule;
  const zone = findTimeZone(timezone);
  const max = Math.min(count, MAX_PREVIEWED);
  const fires = createFires(schedule).list({ after: from, until: LATEST, max });
  return fires.map((fire) => ({
    utc: new Date(fire).toISOString(),
    local: toLocal(fire, zone.stretchAt(fire).offset),
    timezone,
    isDst: isDst(zone, fire),
  }));
}

function toLocal(instant: number, offset: number): string {
  const wall = new Date(instant + offset).toISOString().replace(/(\.000)?Z$/, '');
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const hours = toTwoDigits(Math.floor(minutes / 60));
  return `${wall}${offset < 0 ? '-' : '+'}${hours}:${toTwoDigits(minutes % 60)}`;
}

function toTwoDigits(count: number): string {
  return String(count).padStart(2, '0');
}

function isDst(zone: TimeZone, instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  const { offset } = zone.stretchAt(instant);
  const end = Date.UTC(year + 1, 0, 1);
  for (let at = Date.UTC(year, 0, 1); at < end; at += WINDOW_MS) {
    if (zone.stretchAt(at).offset < offset) return true;
  }
  return false;
}
