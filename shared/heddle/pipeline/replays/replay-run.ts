import { randomUUID } from 'node:crypto';
import { type EventRecord, fromEventRecord } from '../../domain/event-record.ts';
import type { RunItem } from '../../domain/for-each.ts';
import { toReplayId, toReplayRunId } from '../../domain/ids.ts';
import type { ReplayUses } from '../../domain/replay-job.ts';
import { type Gathered, isEnded, type Run, type RunOf } from '../../domain/run.ts';
import { createQueuedRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RejectedError } from '../../errors/errors.ts';
import { EVENTS, RUNS } from '../../ports/collections.ts';
import {
  type Engine,
  type Saving,
  type Sending,
  type Storing,
  toTimestamp,
} from '../engine/index.ts';
import { queueRunsAlone, toNewRun } from '../runs/index.ts';

/** A request for a replay: of a run, of an event, or of the results of a query. */
export interface Replaying {
  /** Id from which the ids of its runs are computed: a repeated request finds its earlier runs. */
  readonly id: string;
  readonly uses: ReplayUses;
  /** The id is that of a replay by query. */
  readonly isByQuery?: true;
}

/** Options of a replay of a run or an event. */
export interface ReplayAsk {
  readonly uses: ReplayUses;
  /** The caller's Idempotency-Key: a repeated request with it makes nothing a second time. */
  readonly key?: string | undefined;
}

/**
 * Replays a run as a new one, with its event or with all events of its window. It is not matched
 * again, since it was asked for by id.
 * @throws {RejectedError} 404 `run_not_found`; 409 where it cannot be made, see {@link planRun}
 */
export async function replayRun(
  engine: Saving & Sending & Pick<Engine, 'versions'>,
  id: string,
  { uses, key = randomUUID() }: ReplayAsk,
): Promise<{ readonly runId: string }> {
  const stored = await engine.store.read(RUNS, id);
  if (!stored) throw new RejectedError('run_not_found', `There is no run "${id}".`);
  const replaying = { id: toReplayId('run', id, uses, key), uses };
  const run = await planRun(engine, stored.document, replaying);
  await queueRunsAlone(engine, [run]);
  return { runId: run.id };
}

/**
 * @throws {RejectedError} 409 `run_not_ended`, `event_expired`, `event_stripped`, `trigger_missing`,
 * `version_unknown`
 */
export async function planRun(
  engine: Storing & Pick<Engine, 'triggers' | 'versions'>,
  run: Run,
  replaying: Replaying,
): Promise<RunOf<'queued'>> {
  const { id: runId, status, gathered, item, eventKey } = run;
  if (!isEnded(run)) {
    const message = `Run "${runId}" is ${status}: replay it when it has ended, or cancel it first.`;
    throw new RejectedError('run_not_ended', message);
  }
  const record = (await engine.store.read(EVENTS, eventKey))?.document;
  if (!record) {
    const message = `The event of run "${runId}" is no longer kept: there is nothing to replay.`;
    throw new RejectedError('event_expired', message);
  }
  assertPayload(record);
  const versioned = await findReplayTrigger(engine, run, replaying.uses);
  return toReplayedRun(engine, replaying, { record, versioned, runId, gathered, item });
}

/** @throws {RejectedError} 409 `event_stripped` */
export function assertPayload({ eventId, isStripped }: EventRecord): void {
  if (!isStripped) return;
  const message = `The payload of event "${eventId}" is not kept, because its triggers, its module or the trigger whose completion it reports have persistData: false.`;
  throw new RejectedError('event_stripped', message);
}

export interface Versioned {
  readonly trigger: Trigger;
  readonly triggerVersion: string;
}

/**
 * Finds the trigger as it was for a run, or as it is. Its functions in code, `filter` and
 * `transform`, are the present ones in either case, since functions are not kept.
 * @throws {RejectedError} 409 `trigger_missing`, `version_unknown`
 */
export async function findReplayTrigger(
  { triggers, versions }: Pick<Engine, 'triggers' | 'versions'>,
  { trigger: name, triggerVersion }: Pick<Run, 'trigger' | 'triggerVersion'>,
  uses: ReplayUses,
): Promise<Versioned> {
  if (uses === 'present') {
    const trigger = triggers.get(name);
    if (trigger) return { trigger, triggerVersion: await versions.keep(trigger) };
    const message = `There is no trigger "${name}" any more: with uses=original it is taken as it was.`;
    throw new RejectedError('trigger_missing', message);
  }
  const trigger = triggerVersion === undefined ? undefined : await versions.find(triggerVersion);
  if (trigger && triggerVersion !== undefined) return { trigger, triggerVersion };
  const message = `How trigger "${name}" was then is not kept: with uses=present it is taken as it is.`;
  throw new RejectedError('version_unknown', message);
}

interface Part {
  readonly record: EventRecord;
  readonly versioned: Versioned;
  /** The run that is replayed, if there was one. */
  readonly runId: string | undefined;
  readonly gathered?: Gathered | undefined;
  readonly item?: RunItem | undefined;
}

export function toReplayedRun(
  { clock }: Pick<Engine, 'clock'>,
  { id, uses, isByQuery }: Replaying,
  { record, versioned: { trigger, triggerVersion }, runId, gathered, item }: Part,
): RunOf<'queued'> {
  const runIdOfReplay = toReplayRunId(id, record.id, {
    ...{ trigger: trigger.name, item: item?.index },
  });
  const fresh = toNewRun(
    { record, event: fromEventRecord(record) },
    { runId: runIdOfReplay, item },
    trigger,
  );
  const replay = {
    uses,
    ...(runId === undefined ? {} : { runId }),
    ...(isByQuery ? { replayId: id } : {}),
  };
  const more = { isReplay: true, replay, triggerVersion, ...(gathered ? { gathered } : {}) };
  return createQueuedRun({ ...fresh, ...more }, toTimestamp(clock));
}
