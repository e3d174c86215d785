import { randomUUID } from 'node:crypto';
import { type Decision, toShown } from '../../domain/decision.ts';
import { toRoutedType } from '../../domain/event.ts';
import { type EventRecord, fromEventRecord } from '../../domain/event-record.ts';
import { toReplayId, toRunId, toRunIdOfItem } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { toTypePatterns } from '../../domain/trigger.ts';
import { RejectedError } from '../../errors/errors.ts';
import { EVENTS, RUNS } from '../../ports/collections.ts';
import { decide } from '../../triggers/match/index.ts';
import type { Engine, Matching, Saving, Sending, Storing } from '../engine/index.ts';
import { queueRunsAlone } from '../runs/index.ts';
import {
  assertPayload,
  findReplayTrigger,
  type ReplayAsk,
  type Replaying,
  toReplayedRun,
} from './replay-run.ts';

export interface EventAsk extends ReplayAsk {
  /** The only trigger to run. */
  readonly trigger?: string | undefined;
}

export interface ReplayedEvent {
  /** Ids of the runs that are made. */
  readonly runs: readonly string[];
  /**
   * Decisions that led to these runs, and to no others. The decisions on the event's record stay as
   * they were.
   */
  readonly decisions: readonly Decision[];
}

/**
 * Runs an event's triggers again: those that matched then, as they were; or those that match now,
 * as they are. A trigger that gathers events runs with this event alone.
 * @throws {RejectedError} 404 `event_not_found`, `trigger_not_found`; 409 `event_stripped`, and
 * `version_unknown` where the earlier definition of no trigger is known
 */
export async function replayEvent(
  engine: Matching & Saving & Sending & Pick<Engine, 'versions'>,
  eventKey: string,
  { uses, trigger, key = randomUUID() }: EventAsk,
): Promise<ReplayedEvent> {
  const record = (await engine.store.read(EVENTS, eventKey))?.document;
  if (!record) throw new RejectedError('event_not_found', 'The event is no longer kept.');
  if (uses === 'present' && trigger !== undefined && !engine.triggers.get(trigger)) {
    throw new RejectedError('trigger_not_found', `There is no trigger "${trigger}".`);
  }
  await engine.states.refresh();
  const replaying = { id: toReplayId('event', eventKey, uses, trigger ?? '', key), uses };
  const { runs, decisions, faults } = await planEvent(engine, record, replaying, trigger);
  const [fault] = faults;
  if (runs.length === 0 && fault) throw fault;
  await queueRunsAlone(engine, runs);
  return { runs: runs.map(({ id }) => id), decisions };
}

interface Plan {
  readonly runs: readonly RunOf<'queued'>[];
  readonly decisions: readonly Decision[];
  /** Errors of triggers that matched then and whose earlier definition is not kept. */
  readonly faults: readonly RejectedError[];
}

/** @throws {RejectedError} 409 `event_stripped` */
export async function planEvent(
  engine: Matching & Storing & Pick<Engine, 'versions'>,
  record: EventRecord,
  replaying: Replaying,
  only?: string,
): Promise<Plan> {
  assertPayload(record);
  const decisions = replaying.uses === 'original' ? record.decisions : decideAnew(engine, record);
  const wanted = decisions.filter(({ trigger }) => only === undefined || trigger === only);
  if (only !== undefined && wanted.length === 0) {
    return { runs: [], decisions: explain(engine, record, only), faults: [] };
  }
  const parts = await Promise.all(
    wanted.map((decision) => planDecision(engine, record, replaying, decision)),
  );
  return {
    runs: parts.flatMap(({ runs = [] }) => runs),
    decisions: parts.map(({ decision }) => decision),
    faults: parts.flatMap(({ fault }) => fault ?? []),
  };
}

/** Decides without counting failures: an event of long ago puts no trigger in error. */
function decideAnew({ triggers, states, redact }: Matching, record: EventRecord) {
  const statusOf = (name: string) => states.of(name);
  return decide(fromEventRecord(record), record.id, triggers, { redact, statusOf }).decisions;
}

type Matched = Extract<Decision, { outcome: 'matched' }>;

interface Planned {
  readonly decision: Decision;
  readonly runs?: readonly RunOf<'queued'>[];
  readonly fault?: RejectedError;
}

async function planDecision(
  engine: Storing & Pick<Engine, 'triggers' | 'versions'>,
  record: EventRecord,
  replaying: Replaying,
  decision: Decision,
): Promise<Planned> {
  if (decision.outcome !== 'matched') return { decision };
  const { trigger } = decision;
  const before = (await engine.store.read(RUNS, toRunId(record.id, trigger)))?.document;
  const known = { trigger, ...(before && { triggerVersion: before.triggerVersion }) };
  try {
    const versioned = await findReplayTrigger(engine, known, replaying.uses);
    const part = { record, versioned };
    const items = await listReplayed(record, decision);
    if (!items) {
      const run = toReplayedRun(engine, replaying, { ...part, runId: before?.id });
      return { decision: { ...decision, runId: run.id }, runs: [run] };
    }
    const runs = items.map((item) => toReplayedRun(engine, replaying, { ...part, ...item }));
    return { decision: { ...decision, runId: runs[0]?.id ?? decision.runId }, runs };
  } catch (fault) {
    if (!(fault instanceof RejectedError)) throw fault;
    return { decision: { trigger, outcome: 'error', message: fault.message }, fault };
  }
}

/** The items of an event that a trigger runs for, with the runs that they had. */
async function listReplayed(record: EventRecord, { trigger, forEach }: Matched) {
  if (forEach === undefined) return undefined;
  const { listItems } = await import('../../triggers/items/items.ts');
  const named = { name: trigger, source: record.source };
  const { items } = listItems(named, forEach, fromEventRecord(record));
  return items.map(({ index, path, key }, nth) => ({
    item: { index, path },
    runId: toRunIdOfItem(record.id, trigger, { nth, index, key }),
  }));
}

/** Explains a trigger that is not even considered for such events. */
function explain(
  { triggers, redact }: Pick<Engine, 'triggers' | 'redact'>,
  record: EventRecord,
  name: string,
): readonly Decision[] {
  const trigger = triggers.get(name);
  const { source } = record;
  const type = toRoutedType(record);
  if (!trigger || triggers.findCandidates(source, type).includes(trigger)) return [];
  const [clause, expected, found] =
    trigger.source === source
      ? ['eventType', toTypePatterns(trigger), type]
      : ['source', trigger.source, source];
  const shown = { expected: toShown(expected, redact), found: toShown(found, redact) };
  return [{ trigger: name, outcome: 'unmatched', clause, ...shown }];
}
