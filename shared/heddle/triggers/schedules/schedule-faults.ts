import { findNearest } from '../../domain/did-you-mean.ts';
import { isCalendarName, toExcludedList } from '../../domain/excluded-dates.ts';
import type { Schedule, SchedulePart } from '../../domain/schedule.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TextFault } from '../text-fault.ts';
import { findCalendar } from './calendar.ts';
import { createCronFires } from './cron-fires.ts';
import { isEvery, parseEvery } from './every-text.ts';
import { createFires, LATEST } from './fires.ts';
import { toList } from './schedule-parts.ts';
import { findTimeZone } from './time-zone.ts';
import { listWindowsZones } from './windows-zones.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

/** Finds every reason why a trigger's schedule cannot fire as written. */
export function findScheduleFaults({ schedule }: Pick<Trigger, 'schedule'>): readonly TextFault[] {
  if (!schedule) return [];
  return findAll(schedule).map(([path, message]) => ({ path: ['schedule', ...path], message }));
}

/** The first reason, in one line. */
export function findScheduleFault(schedule: Schedule): string | undefined {
  const [found] = findAll(schedule);
  return found && `${found[0].join('.')}: ${found[1]}`;
}

function findAll(schedule: Schedule): readonly Found[] {
  const { any = [] } = schedule;
  const inParts = any.flatMap((part, index) =>
    findOwn(part).map(([path, message]): Found => [['any', index, ...path], message]),
  );
  const faults = [...findOwn(schedule), ...inParts];
  return faults.length > 0 ? faults : findSilence(schedule);
}

/** Faults of a schedule, or of one of its parts. */
function findOwn(part: SchedulePart): readonly Found[] {
  return [
    ...findCronFaults(part),
    ...findZoneFault(part),
    ...findExcludeFaults(part),
    ...findOrder(part),
  ];
}

function findCronFaults({ cron }: SchedulePart): readonly Found[] {
  return toList(cron).flatMap((text, index) => {
    const message = toMessage(() => (isEvery(text) ? parseEvery(text) : findCalendar(text)));
    return message === undefined ? [] : [[toPath('cron', cron, index), message] as const];
  });
}

/** With the position in a list. */
function toPath(field: string, given: unknown, index: number): readonly (string | number)[] {
  return Array.isArray(given) ? [field, index] : [field];
}

function findZoneFault({ timezone }: SchedulePart): readonly Found[] {
  if (timezone === undefined) return [];
  const message = toMessage(() => findTimeZone(timezone));
  if (message === undefined) return [];
  const known = [...Intl.supportedValuesOf('timeZone'), ...listWindowsZones()];
  const nearest = findNearest(timezone, known);
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return [[['timezone'], `${message}${meant}`]];
}

/** The names of calendars that are known have been replaced by their dates. */
function findExcludeFaults({ exclude }: SchedulePart): readonly Found[] {
  return toExcludedList(exclude).flatMap((entry, index) => {
    if (!isCalendarName(entry)) return [];
    const message = `no calendar "${entry}" is known here: write its dates`;
    return [[toPath('exclude', exclude, index), message] as const];
  });
}

function findOrder({ start, end }: SchedulePart): readonly Found[] {
  if (start === undefined || end === undefined || Date.parse(start) <= Date.parse(end)) return [];
  return [[['end'], `${end} is before start, ${start}: exchange them, or move one`]];
}

/** Finds what never fires: days that no month has, bounds that leave nothing. */
function findSilence(schedule: Schedule): readonly Found[] {
  const idle = findIdleCrons(schedule);
  if (idle.length > 0) return idle;
  const { start, end, exclude, any } = schedule;
  if (end === undefined && exclude === undefined && any === undefined) return [];
  if (createFires(schedule).previous(LATEST) !== undefined) return [];
  const { exclude: _left, ...all } = schedule;
  if (exclude !== undefined && createFires(all).previous(LATEST) !== undefined) {
    return [[['exclude'], 'it leaves out every fire: take a date out']];
  }
  if (end === undefined)
    return [[['any'], 'nothing of it ever fires: enable a part, or move its end']];
  const place = start === undefined ? 'before end' : 'between start and end';
  return [[['end'], `it never fires ${place}: move end, or leave it out`]];
}

/** Cron texts whose days no month has, each for itself: others may hide them. */
function findIdleCrons({ cron, any = [], timezone }: Schedule): readonly Found[] {
  const parts = [{ cron, path: [] }, ...any.map((part, at) => ({ ...part, path: ['any', at] }))];
  const clocks = { timezone, skippedTime: 'fire', repeatedTime: 'once' } as const;
  return parts.flatMap((part) =>
    toList(part.cron).flatMap((text, index) => {
      if (isEvery(text) || createCronFires(text, clocks).next(0) !== undefined) return [];
      const message = `"${text}" never fires: no date is such a day; change the day or the month`;
      return [[[...part.path, ...toPath('cron', part.cron, index)], message] as const];
    }),
  );
}

function toMessage(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof TerminalError) return error.message;
    throw error;
  }
}
