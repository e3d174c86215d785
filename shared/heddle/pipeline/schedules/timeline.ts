import { createHash } from 'node:crypto';
import type { Pollers } from '../../actors/poller.ts';
import { readPollInterval } from '../../actors/pollers/poll-interval.ts';
import { type Schedule, ScheduleObjectSchema } from '../../domain/schedule.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { InvariantError } from '../../errors/errors.ts';
import type { FireRange, Fires } from '../../triggers/schedules/index.ts';

/** Fires of a trigger, and the rules for late ones. All times are Unix milliseconds. */
export interface Timeline {
  readonly kind: 'schedule' | 'poll';
  /** The schedule that it is made from. */
  readonly schedule: Schedule;
  readonly isEnabled: boolean;
  /** Lists fires after `after`, up to and with `until`, oldest first; none if disabled. */
  list(range: FireRange): readonly number[];
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
  /** Whether it fires at this very time. */
  isFire(time: number): boolean;
  /** Whether a fire whose message comes now is still to be made, by `misfire`. */
  isWanted(fire: number, now: number): boolean;
  /** Time when the fire's message is due: a fire with jitter is delayed by its own part of it. */
  toDue(fire: number): number;
}

/** Loads cron for the first schedule that needs it. */
export async function createTimeline(trigger: Trigger, pollers: Pollers): Promise<Timeline> {
  const schedule = toSchedule(trigger, pollers);
  const { createFires } = await import('../../triggers/schedules/fires.ts');
  const fires = createFires(schedule);
  const kind = trigger.poll ? 'poll' : 'schedule';
  const isEnabled = trigger.enabled && schedule.enabled;
  const toDue = (fire: number) => fire + toJitter(schedule, trigger.name, fire);
  const next = (after: number) => (isEnabled ? fires.next(after) : undefined);
  return {
    ...{ kind, schedule, isEnabled, next, toDue },
    list: (range) => (isEnabled ? fires.list(range) : []),
    previous: (before) => (isEnabled ? fires.previous(before) : undefined),
    isFire: (time) => next(time - 1) === time,
    isWanted: (fire, now) => isWanted(schedule, fires, fire, now - toDue(fire)),
  };
}

/** Digest of everything that decides when a trigger fires: equal digests fire alike. */
export function toSpec({ kind, schedule, isEnabled }: Timeline): string {
  const { misfire: _misfire, catchUpWindow: _window, grace: _grace, ...times } = schedule;
  const text = JSON.stringify([kind, isEnabled, times]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A missed poll is made up for once, however long ago: it sees the present state. */
const POLL_MISFIRE = { misfire: 'fireOnce', catchUpWindow: '365d' } as const;

function toSchedule({ name, schedule, poll }: Trigger, pollers: Pollers): Schedule {
  if (schedule) return schedule;
  if (!poll) throw new InvariantError(`trigger ${name} has neither a schedule nor a poll`);
  const ms = readPollInterval({ poll }, pollers);
  return ScheduleObjectSchema.parse({
    ...{ interval: ms / 1000, enabled: poll.enabled, ...POLL_MISFIRE },
  });
}

/** @param late milliseconds */
function isWanted(
  { misfire, grace, catchUpWindow }: Schedule,
  fires: Fires,
  fire: number,
  late: number,
): boolean {
  if (late <= grace) return true;
  if (late > catchUpWindow) return false;
  if (misfire === 'catchUp') return true;
  // The last missed fire stands for all of them.
  return misfire === 'fireOnce' && (fires.next(fire) ?? Number.POSITIVE_INFINITY) > fire + late;
}

/** Jitter of a fire: the same at every instance, and after a crash. */
function toJitter({ jitter }: Schedule, name: string, fire: number): number {
  if (jitter === 0) return 0;
  const digest = createHash('sha256').update(`${name}:${fire}`).digest();
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * jitter);
}
