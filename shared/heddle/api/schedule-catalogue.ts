import { findNearest } from '../domain/did-you-mean.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import { RejectedError } from '../errors/errors.ts';
import type { ReadSide } from './list.ts';

/** A future fire, without jitter. */
export interface NextFire {
  /** `2026-03-29T01:00:00.000Z` */
  readonly utc: string;
  /** The same instant in the schedule's time zone: `2026-03-29T03:00:00+02:00`. */
  readonly local: string;
  /** IANA name of that time zone. */
  readonly timezone: string;
}

/** The fire times of a trigger, in Unix milliseconds. */
export interface Times {
  /** The trigger's schedule; for a poller, its interval. */
  readonly schedule: Schedule;
  readonly isEnabled: boolean;
  /** Undefined after the last fire, or when the trigger is not enabled. */
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
  /** The fire's time with jitter. */
  toDue(fire: number): number;
}

/** A view of the triggers with a schedule or a poll. */
export interface ScheduleCatalogue extends ReadSide {
  /** False: schedules and polls stand still. */
  readonly isScheduling: boolean;
  /** Sorted by name. */
  readonly triggers: readonly Trigger[];
  /** Undefined: the trigger is active. */
  stateOf(name: string): TriggerState | undefined;
  /** @throws {TerminalError} when the trigger's poller does not exist */
  timesOf(trigger: Trigger): Promise<Times>;
  /** The next fires after a time. */
  preview(
    schedule: Schedule,
    range: { readonly from: number; readonly count: number },
  ): Promise<readonly NextFire[]>;
  /** The fires between two times that `exclude` leaves out. */
  previewExcluded(
    schedule: Schedule,
    range: { readonly from: number; readonly until: number; readonly count: number },
  ): Promise<readonly NextFire[]>;
  /** The reason why a schedule cannot fire. */
  findFault(schedule: Schedule): Promise<string | undefined>;
}

/** @throws {RejectedError} 404 that suggests the nearest name */
export function findSchedule(
  { triggers }: Pick<ScheduleCatalogue, 'triggers'>,
  name: string,
): Trigger {
  const found = triggers.find((trigger) => trigger.name === name);
  if (found) return found;
  const names = triggers.map((trigger) => trigger.name);
  const near = findNearest(name, names);
  const hint = near === undefined ? 'See /api/v1/schedules.' : `Did you mean "${near}"?`;
  const text = `There is no trigger "${name}" with a schedule or a poll. ${hint}`;
  throw new RejectedError('schedule_unknown', text);
}
