import type { Trigger } from '../domain/trigger.ts';
import { addHours, type HourStats, NOTHING, sumDay } from '../domain/trigger-stats.ts';
import { readBacklogs, type TriggerBacklog } from './backlog.ts';
import { countEvents, type EventCounts } from './event-counts.ts';
import { summarize, type TriggerStatus } from './trigger-summary.ts';
import type { TriggerView } from './trigger-view.ts';

/** Counts of a trigger in the current hour and the 23 before. */
export interface Counts extends Omit<HourStats, 'totalMs'> {
  /** The average duration of attempts. */
  readonly averageMs: number;
}

/** Counts of all triggers, and of the events of the last 24 hours that ran one. */
export interface TriggersStatsByName {
  readonly totalTriggers: number;
  /** Schedules and polls stand still, by `HEDDLE_SCHEDULING`. */
  readonly scheduling?: 'off' | undefined;
  readonly activeTriggers: number;
  readonly pausedTriggers: number;
  readonly errorTriggers: number;
  readonly disabledTriggers: number;
  /** Each event once, however many triggers it ran. */
  readonly totalEvents24h: number;
  /** Events with a run that succeeded and none that failed. */
  readonly successfulEvents24h: number;
  /** Events with a run that failed. */
  readonly failedEvents24h: number;
  readonly skippedEvents24h: number;
  readonly cancelledEvents24h: number;
  /** Count of triggers by source. */
  readonly triggersByType: Readonly<Record<string, number>>;
  /** The events were counted among the newest runs only, and in proportion. */
  readonly isEstimated?: true;
}

export interface TriggerCountsByName extends Counts {
  readonly name: string;
  readonly status: TriggerStatus;
  readonly lastRunAt?: string;
  /** Runs that have not begun, of the oldest thousand of all triggers. */
  readonly waiting: number;
  /** More runs of all triggers wait than were looked at: `waiting` is the least. */
  readonly isMoreWaiting?: true;
  /** When the one that has waited longest was made. ISO 8601, UTC. */
  readonly oldestWaitingAt?: string;
}

/** Each name also in snake_case, for programs that were written for these names. */
type WithAliases<T> = T & { readonly [Name in keyof T & string as ToSnakeCase<Name>]: T[Name] };

/** `totalEvents24h`: `total_events_24h`. */
type ToSnakeCase<Name extends string> = Name extends `${infer Before}24h`
  ? `${ToSnakeCase<Before>}_24h`
  : Name extends `${infer First}${infer Rest}`
    ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${ToSnakeCase<Rest>}`
    : Name;

export type TriggerCounts = WithAliases<TriggerCountsByName>;
export type TriggersStats = WithAliases<TriggersStatsByName> & {
  readonly triggers: readonly TriggerCounts[];
};

const DAY_MS = 86_400_000;

/** Counts per present trigger, and totals that include removed triggers. */
export async function getStats(view: TriggerView): Promise<TriggersStats> {
  const [written, backlogs] = await Promise.all([view.readAllStats(), readBacklogs(view.store)]);
  const now = view.clock.now();
  const days = new Map([...written].map(([name, stats]) => [name, sumDay(stats, now)]));
  const { runs } = [...days.values()].reduce(addHours, NOTHING);
  const events = await countEvents(view, new Date(now - DAY_MS).toISOString(), runs);
  const triggers = view.triggers.map((trigger) => {
    const counts = toCounts(days.get(trigger.name) ?? NOTHING);
    const lastRunAt = written.get(trigger.name)?.lastRunAt;
    const { name, status } = summarize(view, trigger);
    const last = lastRunAt === undefined ? {} : { lastRunAt };
    return { ...{ name, status }, ...counts, ...last, ...toWaiting(backlogs.of(name)) };
  });
  const totals: TriggersStatsByName = {
    ...countTriggers(view.triggers, triggers),
    ...(view.isScheduling ? {} : { scheduling: 'off' }),
    ...toEvents(events),
  };
  return { ...withAliases(totals), triggers: triggers.map(withAliases) };
}

function toWaiting({ waiting, oldestAt, isMore }: TriggerBacklog) {
  return {
    waiting,
    ...(oldestAt === undefined ? {} : { oldestWaitingAt: oldestAt }),
    ...(isMore ? { isMoreWaiting: isMore } : {}),
  };
}

function countTriggers(
  defined: readonly Trigger[],
  counted: readonly Pick<TriggerCountsByName, 'status'>[],
) {
  const count = (status: TriggerStatus) => counted.filter((one) => one.status === status).length;
  return {
    totalTriggers: counted.length,
    ...{ activeTriggers: count('active'), pausedTriggers: count('paused') },
    ...{ errorTriggers: count('error'), disabledTriggers: count('disabled') },
    triggersByType: countSources(defined),
  };
}

function toEvents({ total, isEstimated, ...counts }: EventCounts) {
  return {
    ...{ totalEvents24h: total, successfulEvents24h: counts.succeeded },
    ...{ failedEvents24h: counts.failed, skippedEvents24h: counts.skipped },
    cancelledEvents24h: counts.cancelled,
    ...(isEstimated ? { isEstimated: true as const } : {}),
  };
}

export function toCounts({ totalMs, ...counts }: HourStats): Counts {
  const { attempts } = counts;
  return { ...counts, averageMs: attempts === 0 ? 0 : Math.round(totalMs / attempts) };
}

function withAliases<T extends object>(value: T): WithAliases<T> {
  const aliases = Object.entries(value).map(([name, inner]) => {
    return [name.replace(/(?<=[a-z])(?=[A-Z]|24h)/g, '_').toLowerCase(), inner] as const;
  });
  return { ...value, ...Object.fromEntries(aliases) } as WithAliases<T>;
}

function countSources(triggers: readonly Trigger[]): Record<string, number> {
  const bySource = Map.groupBy(triggers, ({ source }) => source);
  return Object.fromEntries([...bySource].map(([source, of]) => [source, of.length]));
}
