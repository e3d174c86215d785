import { LEDGERS, POLL_RECORDS } from '../collections.ts';
import type { Ledger, PollRecord } from '../domain/ledger.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { NextFire, ScheduleBook, Times } from './schedule-book.ts';
import { findLast, type LastFire, type LastFires } from './schedule-last.ts';
import { summarize, type TriggerSummary } from './trigger-summary.ts';

export const SCHEDULE_STATES = ['active', 'late', 'paused', 'error', 'disabled'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

/** A schedule or a poller, and how it does. Times are ISO 8601 in UTC, durations milliseconds. */
export interface ScheduleView extends Pick<TriggerSummary, 'name' | 'tags' | 'actor'> {
  readonly kind: 'schedule' | 'poll';
  readonly displayName?: string;
  readonly description?: string;
  readonly state: ScheduleState;
  /** Why it is late, paused or in error. */
  readonly message?: string;
  /** As configured, with defaults; of a poller, what its interval amounts to. */
  readonly schedule?: Schedule;
  readonly timezone?: string;
  /** Since when it goes by that. */
  readonly since?: string;
  /** The last fire whose time has come, and the last that ran. */
  readonly lastPlanned?: string;
  readonly last?: LastFire;
  readonly next?: NextFire;
  /** From one fire to the next: as it is configured, now, and as the last runs, or polls, have begun. */
  readonly interval: { readonly configuredMs?: number; readonly effectiveMs?: number };
  readonly planned: number;
  readonly missed: number;
  readonly rearmed: number;
  readonly poll?: PollView;
}

/** Of a poller. */
export type PollView = { readonly poller: string } & Partial<
  Pick<PollRecord, 'lastPollAt' | 'lastFiredAt' | 'durationMs' | 'error'>
> &
  Pick<PollRecord, 'failures' | 'polls' | 'fires' | 'leftOut'> & {
    readonly outcome?: PollRecord['lastOutcome'];
    /** From when the last poll was due to its beginning. */
    readonly lagMs?: number;
  };

/** A fire that nobody has planned so long after its time is late. */
const LATE_AFTER_MS = 60_000;

export async function toScheduleView(book: ScheduleBook, trigger: Trigger): Promise<ScheduleView> {
  const { name } = trigger;
  const [ledger, record, times] = await Promise.all([
    book.store.read(LEDGERS, name),
    trigger.poll ? book.store.read(POLL_RECORDS, name) : undefined,
    readTimes(book, trigger),
  ]);
  const { displayName, description, tags, actor } = summarize(book, trigger);
  return {
    name,
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...{ tags, actor, kind: trigger.poll ? 'poll' : 'schedule' },
    ...toState(book, trigger, times, ledger?.document),
    ...(typeof times === 'string'
      ? { interval: {} }
      : await toTimes(book, name, times, record?.document)),
    ...toLedgerPart(book, times, ledger?.document),
    ...(trigger.poll ? { poll: toPoll(trigger.poll.poller, record?.document) } : {}),
  };
}

/** @returns a text where it cannot be told */
async function readTimes(book: ScheduleBook, trigger: Trigger): Promise<Times | string> {
  try {
    return await book.timesOf(trigger);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function toTimes(
  book: ScheduleBook,
  name: string,
  times: Times,
  record: PollRecord | undefined,
) {
  const { schedule, isEnabled } = times;
  const from = book.clock.now();
  const [{ last, effectiveMs }, [next, after]] = await Promise.all([
    record ? toLastPolls(record) : findLast(book, name, times),
    book.preview(schedule, { from, count: 2 }),
  ]);
  const gap = next && after && Date.parse(after.utc) - Date.parse(next.utc);
  return {
    ...{ schedule, timezone: schedule.timezone },
    ...(last ? { last } : {}),
    ...(next && isEnabled ? { next: { utc: next.utc, local: next.local } } : {}),
    interval: {
      ...(gap === undefined ? {} : { configuredMs: gap }),
      ...(effectiveMs === undefined ? {} : { effectiveMs }),
    },
  };
}

function toLedgerPart({ clock }: ScheduleBook, times: Times | string, ledger: Ledger | undefined) {
  if (!ledger) return { planned: 0, missed: 0, rearmed: 0 };
  const { planned, missed, rearmed, since, lastPlanned } = ledger;
  const last = typeof times === 'string' ? undefined : times.previous(clock.now() + 1);
  const isKnown = last !== undefined && lastPlanned !== undefined && last > Date.parse(since);
  const fire = isKnown ? { lastPlanned: new Date(last).toISOString() } : {};
  return { since, ...fire, planned, missed, rearmed };
}

function toState(
  book: ScheduleBook,
  trigger: Trigger,
  times: Times | string,
  ledger: Ledger | undefined,
): { readonly state: ScheduleState; readonly message?: string } {
  const { status, message } = summarize(book, trigger);
  if (status === 'disabled') return { state: status };
  if (typeof times === 'string') return { state: 'error', message: times };
  if (!times.isEnabled) return { state: 'disabled' };
  const why = message === undefined ? {} : { message };
  if (status !== 'active') return { state: status, ...why };
  const late = ledger && findLateness(ledger, book.clock.now(), LATE_AFTER_MS);
  return late === undefined ? { state: 'active' } : { state: 'late', message: late };
}

/** What a poller fires is no fire of its schedule: its polls are. */
function toLastPolls({ lastPollAt, previousPollAt }: PollRecord): LastFires {
  if (lastPollAt === undefined || previousPollAt === undefined) return {};
  return { effectiveMs: Date.parse(lastPollAt) - Date.parse(previousPollAt) };
}

/** Why a schedule is late by more than `by` milliseconds. */
export function findLateness({ late, next }: Ledger, now: number, by: number): string | undefined {
  const isPast = (time: string) => now - Date.parse(time) > by;
  if (late && isPast(late.fire)) return `its fire of ${late.fire} has left no trace`;
  return next && isPast(next) ? `nothing has planned its fire of ${next}` : undefined;
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
    // The last that was due may have been left out.
    ...(lagMs < 0 ? {} : { lagMs }),
  };
}
