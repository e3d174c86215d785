import type { Schedule } from '../../domain/schedule.ts';
import { createFires, LATEST } from './fires.ts';
import { toWholes } from './schedule-parts.ts';
import { findTimeZone, type TimeZone, toIanaName, WINDOW_MS } from './time-zone.ts';

/** A future fire, without the jitter, which is added when it is sent. */
export interface PreviewedFire {
  /** `2026-03-29T01:00:00.000Z` */
  readonly utc: string;
  /** Local time of the zone: `2026-03-29T03:00:00+02:00`. */
  readonly local: string;
  /** IANA name, also where the schedule has the name that Windows has. */
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
  const max = Math.min(count, MAX_PREVIEWED);
  const fires = createFires(schedule).list({ after: from, until: LATEST, max });
  return fires.map(createDescriber(schedule));
}

/** Bounds the work on a schedule that fires every second and leaves a year out. */
const MAX_SEARCHED = 2000;

/**
 * The fires after `from` and before `until` that `exclude` leaves out.
 * @throws {TerminalError} when its cron or time zone is invalid: call `findScheduleFault` first
 */
export function previewExcluded(
  schedule: Schedule,
  { from, until, count }: { readonly from: number; readonly until: number; readonly count: number },
): readonly PreviewedFire[] {
  const all = withoutExclude(schedule);
  if (all === schedule) return [];
  const range = { after: from, until, max: MAX_SEARCHED };
  const kept = new Set(createFires(schedule).list(range));
  const left = createFires(all)
    .list(range)
    .filter((fire) => !kept.has(fire));
  return left.slice(0, count).map(createDescriber(schedule));
}

function withoutExclude(schedule: Schedule): Schedule {
  const { exclude: _left, any, ...whole } = schedule;
  const isExcluding = [schedule, ...(any ?? [])].some(({ exclude }) => exclude !== undefined);
  if (!isExcluding) return schedule;
  return { ...whole, ...(any && { any: any.map(({ exclude: _own, ...part }) => part) }) };
}

/** A schedule whose parts all name one zone is shown in that. */
function createDescriber(schedule: Schedule): (fire: number) => PreviewedFire {
  const [first, ...others] = new Set(toWholes(schedule).map(({ timezone }) => timezone));
  const name = first === undefined || others.length > 0 ? schedule.timezone : first;
  const zone = findTimeZone(name);
  const timezone = toIanaName(name);
  return (fire) => ({
    utc: new Date(fire).toISOString(),
    local: toLocal(fire, zone.stretchAt(fire).offset),
    timezone,
    isDst: isDst(zone, fire),
  });
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
