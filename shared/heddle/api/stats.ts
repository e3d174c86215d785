import type { Trigger } from '../domain/trigger.ts';
import { addHours, type HourStats, NOTHING, sumDay } from '../domain/trigger-stats.ts';
import { readBacklogs } from './backlog.ts';
import { summarize, type TriggerStatus } from './trigger-summary.ts';
import type { TriggerView } from './trigger-view.ts';

/** Counts of a trigger in the current hour and the 23 before. */
export interface Counts extends Omit<HourStats, 'totalMs'> {
  /** The average duration of attempts. */
  readonly averageMs: number;
}

/** Counts of all triggers. Runs count as events, since each answers one. */
export interface TriggersStats {
  readonly total_triggers: number;
  /** Schedules and polls stand still, by `HEDDLE_SCHEDULING`. */
  readonly scheduling?: 'off';
  readonly active_triggers: number;
  readonly paused_triggers: number;
  readonly error_triggers: number;
  readonly disabled_triggers: number;
  readonly total_events_24h: number;
  readonly successful_events_24h: number;
  readonly failed_events_24h: number;
  readonly skipped_events_24h: number;
  readonly cancelled_events_24h: number;
  /** Count of triggers by source. */
  readonly triggers_by_type: Readonly<Record<string, number>>;
  readonly triggers: readonly TriggerCounts[];
}

export interface TriggerCounts {
  readonly name: string;
  readonly status: TriggerStatus;
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly attempts: number;
  readonly average_ms: number;
  readonly max_ms: number;
  readonly last_run_at?: string;
  /** Runs that have not begun, of the oldest thousand of all triggers. */
  readonly waiting: number;
  /** When the one that has waited longest was made. ISO 8601, UTC. */
  readonly oldest_waiting_at?: string;
}

/** Counts per present trigger, and totals that include removed triggers. */
export async function getStats(view: TriggerView): Promise<TriggersStats> {
  const [written, backlogs] = await Promise.all([view.readAllStats(), readBacklogs(view.store)]);
  const now = view.clock.now();
  const days = new Map([...written].map(([name, stats]) => [name, sumDay(stats, now)]));
  const all = [...days.values()].reduce(addHours, NOTHING);
  const triggers = view.triggers.map((trigger) => {
    const counts = toTriggerCounts(days.get(trigger.name) ?? NOTHING);
    const lastRunAt = written.get(trigger.name)?.lastRunAt;
    const { name, status } = summarize(view, trigger);
    const last = lastRunAt === undefined ? {} : { last_run_at: lastRunAt };
    const { waiting, oldestAt } = backlogs.of(name);
    const oldest = oldestAt === undefined ? {} : { oldest_waiting_at: oldestAt };
    return { ...{ name, status }, ...counts, ...last, waiting, ...oldest };
  });
  const count = (status: TriggerStatus) => triggers.filter((one) => one.status === status).length;
  return {
    total_triggers: triggers.length,
    ...(view.isScheduling ? {} : { scheduling: 'off' as const }),
    ...{ active_triggers: count('active'), paused_triggers: count('paused') },
    ...{ error_triggers: count('error'), disabled_triggers: count('disabled') },
    ...{ total_events_24h: all.runs, successful_events_24h: all.succeeded },
    ...{ failed_events_24h: all.failed, skipped_events_24h: all.skipped },
    cancelled_events_24h: all.cancelled,
    triggers_by_type: countSources(view.triggers),
    triggers,
  };
}

export function toCounts({ totalMs, ...counts }: HourStats): Counts {
  const { attempts } = counts;
  return { ...counts, averageMs: attempts === 0 ? 0 : Math.round(totalMs / attempts) };
}

function toTriggerCounts(stats: HourStats) {
  const { averageMs, maxMs, ...counts } = toCounts(stats);
  return { ...counts, average_ms: averageMs, max_ms: maxMs };
}

function countSources(triggers: readonly Trigger[]): Record<string, number> {
  const bySource = Map.groupBy(triggers, ({ source }) => source);
  return Object.fromEntries([...bySource].map(([source, of]) => [source, of.length]));
}
