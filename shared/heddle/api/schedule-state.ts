import type { Ledger, PollRecord } from '../domain/ledger.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { ScheduleCatalogue, Times } from './schedule-catalogue.ts';
import { summarize } from './trigger-summary.ts';

/** The first of them that holds is told: what makes the others of no account comes before them. */
export const SCHEDULE_STATES = [
  'disabled',
  'error',
  'paused',
  'late',
  'failing',
  'ended',
  'active',
] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

/** A fire that nobody has planned so long after its time is late. */
const LATE_AFTER_MS = 60_000;
/** Polls in a row that must fail before their poller is: one alone may be a service that restarts. */
const FAILING_AFTER = 5;

export interface Known {
  /** A text where it cannot be told. */
  readonly times: Times | string;
  readonly ledger: Ledger | undefined;
  /** Of a poller. */
  readonly record: PollRecord | undefined;
}

export function toState(
  book: ScheduleCatalogue,
  trigger: Trigger,
  { times, ledger, record }: Known,
): { readonly state: ScheduleState; readonly message?: string } {
  const { status, message } = summarize(book, trigger);
  if (status === 'disabled') return { state: status };
  if (typeof times === 'string') return { state: 'error', message: times };
  if (!times.isEnabled) return { state: 'disabled' };
  const why = message === undefined ? {} : { message };
  if (status !== 'active') return { state: status, ...why };
  const late = ledger && findLateness(ledger, book.clock.now(), LATE_AFTER_MS);
  if (late !== undefined) return { state: 'late', message: late };
  const failing = record && findFailure(record);
  if (failing !== undefined) return { state: 'failing', message: failing };
  if (!hasEnded(times, book.clock.now())) return { state: 'active' };
  const { end } = times.schedule;
  return {
    state: 'ended',
    ...(end === undefined ? {} : { message: `nothing fires after ${end}` }),
  };
}

/** Jitter may put the last fire off until after the end. */
function hasEnded(times: Times, now: number): boolean {
  if (times.next(now) !== undefined) return false;
  const last = times.previous(now + 1);
  return last === undefined || times.toDue(last) <= now;
}

/** Why a schedule is late by more than `by` milliseconds. */
export function findLateness(
  { late, next, seenUntil }: Ledger,
  now: number,
  by: number,
): string | undefined {
  const isPast = (time: string) => now - Date.parse(time) > by;
  // One that is given up is late until the next has come; after the last one, it would be for ever.
  const isOver = late && next === undefined && late.fire <= seenUntil;
  if (late && !isOver && isPast(late.fire)) return `its fire of ${late.fire} has left no trace`;
  return next && isPast(next) ? `nothing has planned its fire of ${next}` : undefined;
}

/** Whether a poller is failing: how often, without its error, which whoever asks may not be to read. */
export function findFailure({ failures }: PollRecord): string | undefined {
  return failures < FAILING_AFTER ? undefined : `failed ${failures} times in a row`;
}
