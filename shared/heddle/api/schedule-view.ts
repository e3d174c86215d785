import type { Ledger, PollRecord } from '../domain/ledger.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Trigger } from '../domain/trigger.ts';
import { LEDGERS, POLL_RECORDS } from '../ports/collections.ts';
import type { TriggerBacklog } from './backlog.ts';
import type { NextFire, ScheduleCatalogue, Times } from './schedule-catalogue.ts';
import { findLast, type LastFire, type LastFires } from './schedule-last.ts';
import { type ScheduleState, toState } from './schedule-state.ts';
import { summarize, type TriggerSummary } from './trigger-summary.ts';

/** A schedule or poller with its state. Times are ISO 8601 in UTC, durations milliseconds. */
export interface ScheduleView extends Pick<TriggerSummary, 'name' | 'tags' | 'actor'> {
  readonly kind: 'schedule' | 'poll';
  readonly displayName?: string;
  readonly description?: string;
  readonly state: ScheduleState;
  /** The reason for being late, failing, paused or in error, or the end time. */
  readonly message?: string;
  /** The schedule as configured, with defaults; for a poller, the schedule of its interval. */
  readonly schedule?: Schedule;
  readonly timezone?: string;
  /** The time since which this schedule applies. */
  readonly since?: string;
  /** The last fire whose time has passed, and the last that ran. */
  readonly lastPlanned?: string;
  readonly last?: LastFire;
  readonly next?: Pick<NextFire, 'utc' | 'local'>;
  /** Time between fires: as configured, and as measured between recent runs or polls. */
  readonly interval: { readonly configuredMs?: number; readonly effectiveMs?: number };
  readonly planned: number;
  readonly missed: number;
  readonly rearmed: number;
  readonly poll?: PollView;
  /** Its runs that have not begun. */
  readonly backlog: TriggerBacklog;
}

/** The part of the view that only pollers have. */
export type PollView = { readonly poller: string } & Partial<
  Pick<PollRecord, 'lastPollAt' | 'lastFiredAt' | 'durationMs' | 'error'>
> &
  Pick<PollRecord, 'failures' | 'polls' | 'fires' | 'leftOut'> & {
    readonly outcome?: PollRecord['lastOutcome'];
    /** Milliseconds from the last poll's due time to its start. */
    readonly lagMs?: number;
  };

export async function toScheduleView(
  catalogue: ScheduleCatalogue,
  trigger: Trigger,
  backlog: TriggerBacklog,
): Promise<ScheduleView> {
  const { name } = trigger;
  const [ledger, record, times] = await Promise.all([
    catalogue.store.read(LEDGERS, name),
    trigger.poll ? catalogue.store.read(POLL_RECORDS, name) : undefined,
    readTimes(catalogue, trigger),
  ]);
  const { displayName, description, tags, actor } = summarize(catalogue, trigger);
  return {
    name,
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...{ tags, actor, kind: trigger.poll ? 'poll' : 'schedule' },
    ...toState(catalogue, trigger, {
      ...{ times, ledger: ledger?.document, record: record?.document, backlog },
    }),
    backlog,
    ...(typeof times === 'string'
      ? { interval: {} }
      : await toTimes(catalogue, name, times, record?.document)),
    ...toLedgerPart(catalogue, times, ledger?.document),
    ...(trigger.poll ? { poll: toPoll(trigger.poll.poller, record?.document) } : {}),
  };
}

/** @returns a text where the times are unknown */
async function readTimes(catalogue: ScheduleCatalogue, trigger: Trigger): Promise<Times | string> {
  try {
    return await catalogue.timesOf(trigger);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function toTimes(
  catalogue: ScheduleCatalogue,
  name: string,
  times: Times,
  record: PollRecord | undefined,
) {
  const { schedule, isEnabled } = times;
  const from = catalogue.clock.now();
  const [{ last, effectiveMs }, [next, after]] = await Promise.all([
    record ? toLastPolls(record) : findLast(catalogue, name, times),
    catalogue.preview(schedule, { from, count: 2 }),
  ]);
  const gap = next && after && Date.parse(after.utc) - Date.parse(next.utc);
  return {
    ...{ schedule, timezone: next?.timezone ?? schedule.timezone },
    ...(last ? { last } : {}),
    ...(next && isEnabled ? { next: { utc: next.utc, local: next.local } } : {}),
    interval: {
      ...(gap === undefined ? {} : { configuredMs: gap }),
      ...(effectiveMs === undefined ? {} : { effectiveMs }),
    },
  };
}

function toLedgerPart(
  { clock }: ScheduleCatalogue,
  times: Times | string,
  ledger: Ledger | undefined,
) {
  if (!ledger) return { planned: 0, missed: 0, rearmed: 0 };
  const { planned, missed, rearmed, since, lastPlanned } = ledger;
  const last = typeof times === 'string' ? undefined : times.previous(clock.now() + 1);
  const isKnown = last !== undefined && lastPlanned !== undefined && last > Date.parse(since);
  const fire = isKnown ? { lastPlanned: new Date(last).toISOString() } : {};
  return { since, ...fire, planned, missed, rearmed };
}

/** Uses polls, not fires: a poller's schedule sets its polls. */
function toLastPolls({ lastPollAt, previousPollAt }: PollRecord): LastFires {
  if (lastPollAt === undefined || previousPollAt === undefined) return {};
  return { effectiveMs: Date.parse(lastPollAt) - Date.parse(previousPollAt) };
}

function toPoll(poller: string, record: PollRecord | undefined): PollView {
  if (!record) return { poller, failures: 0, polls: 0, fires: 0, leftOut: 0 };
  const { lastPollAt, lastFiredAt, lastDue, lastOutcome, durationMs, error } = record;
  const { failures, polls, fires, leftOut } = record;
  const lagMs = lastPollAt && lastDue ? Date.parse(lastPollAt) - Date.parse(lastDue) : -1;
  return {
    ...{ poller, failures, polls, fires, leftOut },
    ...(lastPollAt === undefined ? {} : { lastPollAt }),
    ...(lastFiredAt === undefined ? {} : { lastFiredAt }),
    ...(lastOutcome === undefined ? {} : { outcome: lastOutcome }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(error === undefined ? {} : { error }),
    // The last due poll may have been omitted.
    ...(lagMs < 0 ? {} : { lagMs }),
  };
}
