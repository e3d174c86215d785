import { SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import type { Event } from '../../domain/event.ts';
import type { EventRecord } from '../../domain/event-record.ts';
import type { Held } from '../../domain/limits.ts';
import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import type { Engine } from '../engine/index.ts';

/** How an attempt ended; `lost`: to another delivery, so that nothing of it counts. */
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

/** An event that was recorded by this delivery. */
export function countRecorded({ telemetry }: Metered, { source, status }: EventRecord): void {
  telemetry?.count(`heddle.events.${status}`, 1, { source });
}

/** A message of an event that was recorded before: its sender has sent it again. */
export function countDuplicate(
  { telemetry, onDuplicate }: Pick<Engine, 'telemetry' | 'onDuplicate'>,
  { source }: EventRecord,
): void {
  onDuplicate?.(source);
  telemetry?.count('heddle.events.duplicates', 1, { source });
}

/** An attempt that begins. Of the first, also how long the run's event has waited for it. */
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

/** Fires that will not be, and such as were given another message. */
export function countFires(
  { telemetry }: Metered,
  trigger: string,
  { missed, rearmed }: { readonly missed: number; readonly rearmed: number },
): void {
  if (missed > 0) telemetry?.count('heddle.schedules.missed', missed, { trigger });
  if (rearmed > 0) telemetry?.count('heddle.schedules.rearmed', rearmed, { trigger });
}

/** An attempt that has ended, or a run that has failed without another. */
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

/** A run as it was just recorded. */
export function countWritten(engine: Counted, run: Run): void {
  if (!isEnded(run)) return;
  engine.triggerLog?.noteEnded(run);
  if (run.status === 'skipped' && run.held) countHeld(engine, run.trigger, run.held, 'skipped');
}

/** A limit keeps a run from beginning: for now, or for good. */
export function countHeld(
  { telemetry }: Metered,
  trigger: string,
  { limit }: Held,
  outcome: 'waiting' | 'skipped',
): void {
  telemetry?.count('heddle.runs.held', 1, { trigger, limit, outcome });
}
