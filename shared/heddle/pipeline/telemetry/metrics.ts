import { SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import type { Event } from '../../domain/event.ts';
import type { EventRecord } from '../../domain/event-record.ts';
import type { Held } from '../../domain/limits.ts';
import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import type { Engine } from '../engine/index.ts';

/**
 * Outcome of an attempt. `lost`: another delivery has taken the run over, so nothing of it counts.
 */
export type Outcome = 'succeeded' | 'failed' | 'retried' | 'cancelled' | 'lost';

type Metered = Pick<Engine, 'telemetry'>;
type Counted = Pick<Engine, 'telemetry' | 'triggerLog'>;

export function countIngested(
  { telemetry }: Metered,
  source: string,
  { accepted, duplicates }: { readonly accepted: number; readonly duplicates: number },
): void {
  if (!telemetry || accepted + duplicates === 0) return;
  const attributes = { source };
  telemetry.count('heddle.events.received', accepted + duplicates, attributes);
  if (accepted > 0) telemetry.count('heddle.events.accepted', accepted, attributes);
  if (duplicates > 0) telemetry.count('heddle.events.duplicates', duplicates, attributes);
}

export function countRejected({ telemetry }: Metered, source: string, code: string): void {
  telemetry?.count('heddle.events.received', 1, { source });
  telemetry?.count('heddle.events.rejected', 1, { source, code });
}

/** Counts an event that this delivery has recorded. */
export function countRecorded({ telemetry }: Metered, { source, status }: EventRecord): void {
  telemetry?.count(`heddle.events.${status}`, 1, { source });
}

/** Counts a message whose event was recorded before: its sender has sent it again. */
export function countDuplicate(
  { telemetry, onDuplicate }: Pick<Engine, 'telemetry' | 'onDuplicate'>,
  { source }: EventRecord,
): void {
  onDuplicate?.(source);
  telemetry?.count('heddle.events.duplicates', 1, { source });
}

/** Counts an attempt that begins; for a first one also how long the event has waited for it. */
export function recordBegin(
  { telemetry, triggerLog }: Counted,
  { attempt, startedAt, trigger, isReplay }: RunOf<'running'>,
  { receivedAt, source, time }: Event,
): void {
  if (attempt > 1) return;
  triggerLog?.noteBegun(trigger);
  if (!telemetry) return;
  const since = (from: string) => Math.max(0, Date.parse(startedAt) - Date.parse(from));
  telemetry.record('heddle.run.delay', since(receivedAt), { trigger });
  if (source !== SCHEDULE_SOURCE || isReplay) return;
  telemetry.record('heddle.schedules.lag', since(time), { trigger });
}

/** Counts fires that were missed, and fires that got another message. */
export function countFires(
  { telemetry }: Metered,
  trigger: string,
  { missed, rearmed }: { readonly missed: number; readonly rearmed: number },
): void {
  if (missed > 0) telemetry?.count('heddle.schedules.missed', missed, { trigger });
  if (rearmed > 0) telemetry?.count('heddle.schedules.rearmed', rearmed, { trigger });
}

/** Counts an attempt that has ended, or a run that has failed without an attempt. */
export function countRun(
  { telemetry }: Metered,
  { trigger, actor }: Pick<Run, 'trigger' | 'actor'>,
  outcome: Outcome,
): void {
  telemetry?.count('heddle.runs', 1, { trigger, actor, outcome });
}

export function recordDuration(
  { telemetry, triggerLog, clock }: Pick<Engine, 'telemetry' | 'triggerLog' | 'clock'>,
  { trigger, actor, startedAt }: RunOf<'running'>,
  outcome: Outcome,
): void {
  const ms = Math.max(0, clock.now() - Date.parse(startedAt));
  if (outcome !== 'lost') triggerLog?.noteAttempt(trigger, ms);
  telemetry?.record('heddle.run.duration', ms, { trigger, actor, outcome });
}

/** Counts the end of a run that was just recorded. */
export function countWritten(engine: Counted, run: Run): void {
  if (!isEnded(run)) return;
  engine.triggerLog?.noteEnded(run);
  if (run.status === 'skipped' && run.held) countHeld(engine, run.trigger, run.held, 'skipped');
}

/** Counts a run that a limit keeps from beginning: for now, or for good. */
export function countHeld(
  { telemetry }: Metered,
  trigger: string,
  { limit }: Held,
  outcome: 'waiting' | 'skipped',
): void {
  telemetry?.count('heddle.runs.held', 1, { trigger, limit, outcome });
}
