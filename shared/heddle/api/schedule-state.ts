import type { Ledger, PollRecord } from '../domain/ledger.ts';
import type { Trigger } from '../domain/trigger.ts';
import { findBehind, type TriggerBacklog } from './backlog.ts';
import type { ScheduleCatalogue, Times } from './schedule-catalogue.ts';
import { summarize } from './trigger-summary.ts';

/** States by precedence: the first that holds is shown, as it makes the later ones irrelevant. */
export const SCHEDULE_STATES = [
  'disabled',
  'error',
  'paused',
  'late',
  'failing',
  'behind',
  'ended',
  'active',
] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

export const SCHEDULING_OFF = 'HEDDLE_SCHEDULING is off';

/** A fire without a plan this long after its time is late. */
const LATE_AFTER_MS = 60_000;
/** Consecutive failed polls that make a poller failing; fewer may be a service that restarts. */
const FAILING_AFTER = 5;

export interface Known {
  /** A text explains why the times are unknown. */
  readonly times: Times | string;
  readonly ledger: Ledger | undefined;
  /** The record of a poller. */
  readonly record: PollRecord | undefined;
  readonly backlog: TriggerBacklog;
}

export function toState(
  catalogue: ScheduleCatalogue,
  trigger: Trigger,
  { times, ledger, record, backlog }: Known,
): { readonly state: ScheduleState; readonly message?: string } {
  const { status, message } = summarize(catalogue, trigger);
  if (status === 'disabled') return { state: status };
  if (!catalogue.isScheduling) return { state: 'disabled', message: SCHEDULING_OFF };
  if (typeof times === 'string') return { state: 'error', message: times };
  if (!times.isEnabled) return { state: 'disabled' };
  const why = message === undefined ? {} : { message };
  if (status !== 'active') return { state: status, ...why };
  const late = ledger && findLateness(ledger, catalogue.clock.now(), LATE_AFTER_MS);
  if (late !== undefined) return { state: 'late', message: late };
  const failing = record && findFailure(record);
  if (failing !== undefined) return { state: 'failing', message: failing };
  const behind = trigger.poll ? undefined : findBehind(backlog);
  if (behind !== undefined) return { state: 'behind', message: behind };
  if (!hasEnded(times, catalogue.clock.now())) return { state: 'active' };
  const { end } = times.schedule;
  return {
    state: 'ended',
    ...(end === undefined ? {} : { message: `nothing fires after ${end}` }),
  };
}

/** Counts jitter, which may move the last fire beyond the end. */
function hasEnded(times: Times, now: number): boolean {
  if (times.next(now) !== undefined) return false;
  const last = times.previous(now + 1);
  return last === undefined || times.toDue(last) <= now;
}

/** Explains why a schedule is late by more than `by` milliseconds. */
export function findLateness(
  { late, next, seenUntil }: Ledger,
  now: number,
  by: number,
): string | undefined {
  const isPast = (time: string) => now - Date.parse(time) > by;
  // A given-up fire is late until the next one is planned. After the last fire it would stay late
  // for ever.
  const isOver = late && next === undefined && late.fire <= seenUntil;
  if (late && !isOver && isPast(late.fire)) return `its fire of ${late.fire} has left no trace`;
  return next && isPast(next) ? `nothing has planned its fire of ${next}` : undefined;
}

/**
 * Says how often a poller has failed, without its error, which the caller may not be allowed to
 * read.
 */
export function findFailure({ failures }: PollRecord): string | undefined {
  return failures < FAILING_AFTER ? undefined : `failed ${failures} times in a row`;
}
