import { createHash } from 'node:crypto';
import type { Pollers } from '../actors/poller.ts';
import { DurationSchema } from '../domain/duration.ts';
import { type Schedule, ScheduleObjectSchema } from '../domain/schedule.ts';
import type { Trigger } from '../domain/trigger.ts';
import { InvariantError, TerminalError } from '../errors.ts';
import type { FireRange, Fires } from '../triggers/fires.ts';

/** A fire that is late by no more than this is on time as far as `misfire` goes. */
export const GRACE_MS = 30_000;

/** When a trigger fires, and what becomes of fires that come too late. All times Unix milliseconds. */
export interface Timeline {
  readonly kind: 'schedule' | 'poll';
  /** What it was made of. */
  readonly schedule: Schedule;
  readonly isEnabled: boolean;
  /** Fires after `after`, up to and with `until`, oldest first. None where it is not enabled. */
  list(range: FireRange): readonly number[];
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
  /** Whether a fire is still to be made, by `misfire`, now. */
  isWanted(fire: number, now: number): boolean;
  /** When its message is due: a fire with jitter is put off by its own part of it. */
  toDue(fire: number): number;
}

/** Cron is loaded by the first schedule that needs it. */
export async function createTimeline(trigger: Trigger, pollers: Pollers): Promise<Timeline> {
  const schedule = toSchedule(trigger, pollers);
  const { createFires } = await import('../triggers/fires.ts');
  const fires = createFires(schedule);
  const kind = trigger.poll ? 'poll' : 'schedule';
  const isEnabled = trigger.enabled && schedule.enabled;
  const toDue = (fire: number) => fire + toJitter(schedule, trigger.name, fire);
  return {
    ...{ kind, schedule, isEnabled },
    list: (range) => (isEnabled ? fires.list(range) : []),
    next: (after) => (isEnabled ? fires.next(after) : undefined),
    previous: (before) => fires.previous(before),
    isWanted: (fire, now) => isWanted(schedule, fires, fire, now - toDue(fire)),
    toDue,
  };
}

/** A digest of what says when it fires: two that are alike fire alike. */
export function toSpec({ kind, schedule, isEnabled }: Timeline): string {
  const { misfire: _misfire, catchUpWindow: _window, ...times } = schedule;
  const text = JSON.stringify([kind, isEnabled, times]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function toSchedule({ name, schedule, poll }: Trigger, pollers: Pollers): Schedule {
  if (schedule) return schedule;
  if (!poll) throw new InvariantError(`trigger ${name} has neither a schedule nor a poll`);
  const PollerClass = pollers[poll.poller];
  if (!PollerClass) {
    throw new TerminalError(`no poller "${poll.poller}" is registered`, { code: 'poller_missing' });
  }
  const ms = poll.interval ?? DurationSchema.parse(new PollerClass().pollInterval);
  // A poll looks at what is now: what was missed is looked at once.
  return ScheduleObjectSchema.parse({
    ...{ interval: ms / 1000, enabled: poll.enabled, misfire: 'fireOnce' },
  });
}

/** @param late milliseconds */
function isWanted(schedule: Schedule, fires: Fires, fire: number, late: number): boolean {
  if (late <= GRACE_MS) return true;
  if (late > schedule.catchUpWindow) return false;
  if (schedule.misfire === 'catchUp') return true;
  // The last of those that were missed stands for all of them.
  return (
    schedule.misfire === 'fireOnce' && (fires.next(fire) ?? Number.POSITIVE_INFINITY) > fire + late
  );
}

/** The same at every instance, and after a crash. */
function toJitter({ jitter }: Schedule, name: string, fire: number): number {
  if (jitter === 0) return 0;
  const digest = createHash('sha256').update(`${name}:${fire}`).digest();
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * jitter);
}
