import type { Event } from '../domain/event.ts';
import type { EventRecord } from '../domain/event-record.ts';
import type { Run, RunOf } from '../domain/run.ts';
import type { Engine } from './engine.ts';
import type { Ingested } from './ingest.ts';

/** How an attempt ended; `lost`: to another delivery, so that nothing of it counts. */
export type Outcome = 'succeeded' | 'failed' | 'retried' | 'cancelled' | 'lost';

type Metered = Pick<Engine, 'telemetry'>;

export function countIngested(
  { telemetry }: Metered,
  source: string,
  { accepted, duplicates }: Pick<Ingested, 'accepted' | 'duplicates'>,
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

/** How long the event of a run that begins for the first time has waited for it. */
export function recordDelay(
  { telemetry }: Metered,
  { attempt, startedAt, trigger }: RunOf<'running'>,
  { receivedAt }: Event,
): void {
  if (!telemetry || attempt > 1) return;
  const ms = Math.max(0, Date.parse(startedAt) - Date.parse(receivedAt));
  telemetry.record('heddle.run.delay', ms, { trigger });
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
  { telemetry, clock }: Pick<Engine, 'telemetry' | 'clock'>,
  { trigger, actor, startedAt }: RunOf<'running'>,
  outcome: Outcome,
): void {
  if (!telemetry) return;
  const ms = Math.max(0, clock.now() - Date.parse(startedAt));
  telemetry.record('heddle.run.duration', ms, { trigger, actor, outcome });
}
