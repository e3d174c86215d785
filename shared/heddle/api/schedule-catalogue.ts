import { findNearest } from '../domain/did-you-mean.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import { RejectedError } from '../errors/errors.ts';
import type { ReadSide } from './list.ts';

/** A fire that is to come, without its jitter. */
export interface NextFire {
  /** `2026-03-29T01:00:00.000Z` */
  readonly utc: string;
  /** The same as clocks there show it: `2026-03-29T03:00:00+02:00`. */
  readonly local: string;
}

/** When a trigger fires. Unix milliseconds. */
export interface Times {
  /** What it goes by; of a poller, its interval. */
  readonly schedule: Schedule;
  readonly isEnabled: boolean;
  /** Undefined where none comes any more, or it is not enabled. */
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
  /** With jitter. */
  toDue(fire: number): number;
}

/** The triggers with a schedule or a poll as they are at present. */
export interface ScheduleCatalogue extends ReadSide {
  /** By name. */
  readonly triggers: readonly Trigger[];
  /** Undefined: it is active. */
  stateOf(name: string): TriggerState | undefined;
  /** @throws {TerminalError} it cannot be told: its poller is not there */
  timesOf(trigger: Trigger): Promise<Times>;
  /** The next after a time. */
  preview(
    schedule: Schedule,
    range: { readonly from: number; readonly count: number },
  ): Promise<readonly NextFire[]>;
  /** Why a schedule cannot fire. */
  findFault(schedule: Schedule): Promise<string | undefined>;
}

/** @throws {RejectedError} 404 that says which was probably meant */
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
  throw new RejectedError(404, 'schedule_unknown', text);
}
