import { RUNS } from '../collections.ts';
import type { Decision } from '../domain/decision.ts';
import type { EventRecord } from '../domain/event-record.ts';
import type { Run } from '../domain/run.ts';
import { findEventRecord } from './events.ts';
import type {
  Answered,
  EventExplanation,
  ExplainedEvent,
  RunExplanation,
  TriggerExplanation,
} from './explain.ts';
import { explainRun } from './explain-run.ts';
import { answerText, toPresent } from './explain-text.ts';
import type { TriggerSide } from './trigger-side.ts';

const MAX_RUNS = 1000;
const ORDER: readonly Answered['outcome'][] = ['matched', 'error', 'unmatched', 'unrouted'];

/**
 * @param id the sender's id
 * @param source needed only where several sources have had an event of that id
 */
export async function explainEvent(
  side: TriggerSide,
  id: string,
  source?: string,
): Promise<EventExplanation> {
  const record = await findEventRecord(side, id, source);
  const runs = await listRuns(side, record);
  const triggers = await Promise.all(
    record.decisions.map((decision) => explainDecision(side, decision, runs)),
  );
  const replays = runs.filter((run) => run.isReplay);
  return {
    event: toExplainedEvent(record),
    triggers: triggers.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)),
    omitted: record.omitted ?? 0,
    replays: await Promise.all(replays.map((run) => explainRun(side, run))),
  };
}

async function listRuns({ store }: TriggerSide, { id }: EventRecord): Promise<readonly Run[]> {
  return (await store.list(RUNS, { where: { eventKey: id }, limit: MAX_RUNS })).items;
}

/** What was decided when the event came, and what has come of it since. */
export async function explainDecision(
  side: TriggerSide,
  decision: Decision,
  runs: readonly Run[],
): Promise<TriggerExplanation> {
  const run =
    decision.outcome === 'matched' ? runs.find(({ id }) => id === decision.runId) : undefined;
  const answered = toAnswered(decision, run && (await explainRun(side, run)));
  return toExplanation(side, 'then', decision.trigger, answered);
}

export function toAnswered(decision: Decision, run?: RunExplanation): Answered {
  switch (decision.outcome) {
    case 'matched':
      return { outcome: 'matched', ...(run ? { run } : {}) };
    case 'error':
      return { outcome: 'error', message: decision.message };
    default: {
      const { trigger: _trigger, ...answered } = decision;
      return answered;
    }
  }
}

export function toExplanation(
  side: TriggerSide,
  basis: TriggerExplanation['basis'],
  trigger: string | undefined,
  answered: Answered,
): TriggerExplanation {
  const present = trigger === undefined ? undefined : toPresent(side, trigger);
  return {
    ...(trigger === undefined ? {} : { trigger }),
    basis,
    ...answered,
    text: answerText(answered, basis),
    ...(present === undefined ? {} : { present }),
  };
}

export function toExplainedEvent(record: EventRecord): ExplainedEvent {
  const { id: key, eventId: id, source, type, receivedAt, verified, status } = record;
  return { ...{ id, key, source, type }, ...{ receivedAt, verified, status } };
}

export async function listEventRuns(side: TriggerSide, record: EventRecord) {
  return listRuns(side, record);
}
