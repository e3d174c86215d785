import type { Decision } from '../domain/decision.ts';
import type { EventRecord } from '../domain/event-record.ts';
import type { Run, RunStatus } from '../domain/run.ts';
import { findEventRecord, findRuns } from './events.ts';
import type {
  Answered,
  EventExplanation,
  ExplainedEvent,
  RunExplanation,
  TriggerExplanation,
} from './explain.ts';
import { explainRun } from './explain-run.ts';
import { toPresent, toText } from './explain-words.ts';
import type { TriggerView } from './trigger-view.ts';

const ORDER: readonly Answered['outcome'][] = ['matched', 'error', 'unmatched', 'unrouted'];

/**
 * @param id the sender's id
 * @param source needed only where several sources have an event of that id
 */
export async function explainEvent(
  view: TriggerView,
  id: string,
  source?: string,
): Promise<EventExplanation> {
  const record = await findEventRecord(view, id, source);
  const runs = await findRuns(view, record);
  const triggers = await Promise.all(
    record.decisions.map((decision) => explainDecision(view, decision, { record, runs })),
  );
  const replays = runs.filter((run) => run.isReplay);
  return {
    event: toExplainedEvent(record),
    triggers: triggers.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)),
    omitted: record.omitted ?? 0,
    replays: await Promise.all(replays.map((run) => explainRun(view, run))),
  };
}

/** Explains the decision made when the event came, and the run that followed. */
export async function explainDecision(
  view: TriggerView,
  decision: Decision,
  { record, runs }: { readonly record: EventRecord; readonly runs: readonly Run[] },
): Promise<TriggerExplanation> {
  const run =
    decision.outcome === 'matched' ? runs.find(({ id }) => id === decision.runId) : undefined;
  const answered = toAnswered(decision, run && (await explainRun(view, run)));
  const counted = withStatuses(answered, decision, runs);
  return toExplanation(view, { basis: 'then', ...record }, decision.trigger, counted);
}

/** The first of many items says nothing about the others. */
function withStatuses(answered: Answered, { trigger }: Decision, runs: readonly Run[]): Answered {
  if (answered.outcome !== 'matched' || !answered.forEach) return answered;
  const statuses: Partial<Record<RunStatus, number>> = {};
  for (const run of runs) {
    if (run.trigger !== trigger || run.isReplay) continue;
    statuses[run.status] = (statuses[run.status] ?? 0) + 1;
  }
  return { ...answered, statuses };
}

export function toAnswered(decision: Decision, run?: RunExplanation): Answered {
  switch (decision.outcome) {
    case 'matched':
      return {
        ...{ outcome: 'matched' as const, ...(run ? { run } : {}) },
        ...(decision.forEach ? { forEach: decision.forEach } : {}),
      };
    case 'error':
      return { outcome: 'error', message: decision.message };
    default: {
      const { trigger: _trigger, ...answered } = decision;
      return answered;
    }
  }
}

export function toExplanation(
  view: TriggerView,
  { basis, isStripped = false }: Pick<TriggerExplanation, 'basis'> & { isStripped?: boolean },
  trigger: string | undefined,
  answered: Answered,
): TriggerExplanation {
  const isForgetful = trigger !== undefined && view.get(trigger)?.persistData === false;
  const keepsData = !isForgetful && !isStripped;
  const present = trigger === undefined ? undefined : toPresent(view, trigger);
  const warnings = trigger === undefined ? [] : view.warningsOf(trigger);
  return {
    ...(trigger === undefined ? {} : { trigger }),
    basis,
    ...answered,
    text: toText(answered, basis, keepsData),
    ...(present === undefined ? {} : { present }),
    ...(warnings.length > 0 && { warnings }),
  };
}

export function toExplainedEvent(record: EventRecord): ExplainedEvent {
  const { id: key, eventId: id, source, type, receivedAt, verified, status } = record;
  return { ...{ id, key, source, type }, ...{ receivedAt, verified, status } };
}
