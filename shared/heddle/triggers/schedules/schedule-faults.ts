import { findNearest } from '../../domain/did-you-mean.ts';
import type { Schedule } from '../../domain/schedule.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TextFault } from '../text-fault.ts';
import { findCalendar } from './calendar.ts';
import { createFires, LATEST } from './fires.ts';
import { findTimeZone } from './time-zone.ts';

type Field = 'cron' | 'timezone' | 'end';
type Found = readonly [field: Field, message: string];

/** Finds every reason why a trigger's schedule cannot fire as written. */
export function findScheduleFaults({ schedule }: Pick<Trigger, 'schedule'>): readonly TextFault[] {
  if (!schedule) return [];
  return findAll(schedule).map(([field, message]) => ({ path: ['schedule', field], message }));
}

/** The first reason, in one line. */
export function findScheduleFault(schedule: Schedule): string | undefined {
  const [found] = findAll(schedule);
  return found?.join(': ');
}

function findAll(schedule: Schedule): readonly Found[] {
  const faults = [...findCronFault(schedule), ...findZoneFault(schedule), ...findOrder(schedule)];
  return faults.length > 0 ? faults : findSilence(schedule);
}

function findCronFault({ cron }: Schedule): readonly Found[] {
  const message = cron === undefined ? undefined : toMessage(() => findCalendar(cron));
  return message === undefined ? [] : [['cron', message]];
}

function findZoneFault({ timezone }: Schedule): readonly Found[] {
  const message = toMessage(() => findTimeZone(timezone));
  if (message === undefined) return [];
  const nearest = findNearest(timezone, Intl.supportedValuesOf('timeZone'));
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return [['timezone', `${message}${meant}`]];
}

function findOrder({ start, end }: Schedule): readonly Found[] {
  if (start === undefined || end === undefined || Date.parse(start) <= Date.parse(end)) return [];
  return [['end', `${end} is before start, ${start}: exchange them, or move one`]];
}

/** Finds days that no month has, and schedules without a fire between start and end. */
function findSilence(schedule: Schedule): readonly Found[] {
  const { cron, start, end } = schedule;
  if (cron !== undefined && createFires({ ...schedule, end: undefined }).next(0) === undefined) {
    return [['cron', `"${cron}" never fires: no date is such a day; change the day or the month`]];
  }
  if (end === undefined || createFires(schedule).previous(LATEST) !== undefined) return [];
  const place = start === undefined ? 'before end' : 'between start and end';
  return [['end', `it never fires ${place}: move end, or leave it out`]];
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
