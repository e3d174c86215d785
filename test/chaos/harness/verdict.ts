import type { Run } from '../../../shared/heddle/domain/run.ts';
import type { Execution } from './journal.ts';
import type { Kind } from './kinds.ts';

/** What was sent, and what is left of it. */
export interface Evidence {
  /** Every event sent, by id. */
  readonly sent: ReadonlyMap<string, Kind>;
  /** Ids that were answered 2xx. */
  readonly acknowledged: ReadonlySet<string>;
  /** Of the API: the id of each event record. */
  readonly events: readonly { readonly id: string }[];
  readonly runs: readonly Run[];
  /** What the actors did, in order. */
  readonly executions: readonly Execution[];
  /** How many faults could interrupt an attempt; each may interrupt a run once. */
  readonly disturbances: number;
}

/**
 * Each entry names an event and its trigger, and says why it counts.
 *
 * - lost: acknowledged, but without an event record, without a run of a matching trigger, with a run
 *   that has not ended, or with one that succeeded although the actor's work was never finished.
 * - doubled: two records of an event, two runs of an event and trigger, an attempt executed twice,
 *   an execution that the run does not list (as after its end), or more interrupted attempts than
 *   there were faults. Permitted is that a fault repeats the attempt in flight.
 * - falselyFailed: a run of an innocent trigger that did not succeed.
 */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly falselyFailed: readonly string[];
}

export function judge(evidence: Evidence): Verdict {
  const runs = Map.groupBy(evidence.runs, toPair);
  const executions = Map.groupBy(evidence.executions, ({ run }) => run);
  return {
    lost: findLost(evidence, runs, executions),
    doubled: findDoubled(evidence, runs, executions),
    falselyFailed: findFalselyFailed(evidence),
  };
}

type Runs = ReadonlyMap<string, readonly Run[]>;
type Executions = ReadonlyMap<string, readonly Execution[]>;

function toPair({ eventId, trigger }: Pick<Run, 'eventId' | 'trigger'>): string {
  return `${eventId} ${trigger}`;
}

function findLost(
  { acknowledged, sent, events }: Evidence,
  runs: Runs,
  executions: Executions,
): string[] {
  const known = new Set(events.map(({ id }) => id));
  return [...acknowledged].flatMap((eventId) => {
    if (!known.has(eventId)) return [`${eventId}: no event`];
    return (sent.get(eventId)?.triggers ?? []).flatMap((trigger) => {
      const pair = toPair({ eventId, trigger });
      const [run] = runs.get(pair) ?? [];
      const fault = run === undefined ? 'no run' : findUnfinished(run, executions);
      return fault === undefined ? [] : [`${pair}: ${fault}`];
    });
  });
}

const UNENDED = ['queued', 'running', 'waiting'];

function findUnfinished(run: Run, executions: Executions): string | undefined {
  if (UNENDED.includes(run.status)) {
    const held = run.status === 'queued' ? (run.held?.limit ?? `due ${run.dueAt}`) : '';
    return `still ${run.status} ${held}`.trim();
  }
  if (run.status !== 'succeeded') return undefined;
  const isDone = executions.get(run.id)?.some(({ phase }) => phase === 'end');
  return isDone ? undefined : 'succeeded, but its work was never finished';
}

function findDoubled(evidence: Evidence, runs: Runs, executions: Executions): string[] {
  const records = Map.groupBy(evidence.events, ({ id }) => id);
  const twice = [...records].filter(([, found]) => found.length > 1);
  const pairs = [...runs].filter(([, found]) => found.length > 1);
  return [
    ...twice.map(([id, found]) => `${id}: ${found.length} records`),
    ...pairs.map(([pair, found]) => `${pair}: ${found.length} runs`),
    ...evidence.runs.flatMap((run) => findRepeated(run, executions.get(run.id) ?? [], evidence)),
  ];
}

function findRepeated(
  run: Run,
  executions: readonly Execution[],
  { disturbances, sent }: Evidence,
): string[] {
  const begun = executions.filter(({ phase }) => phase === 'begin').map(({ attempt }) => attempt);
  const repeated = begun.filter((attempt, index) => begun.indexOf(attempt) !== index);
  const listed = new Set(run.attempts.map(({ attempt }) => attempt));
  if (run.status === 'running') listed.add(run.attempt);
  const unlisted = begun.filter((attempt) => !listed.has(attempt));
  const interrupted = run.attempts.filter(({ outcome }) => outcome === 'interrupted').length;
  const isInnocent = sent.get(run.eventId)?.isKiller === false;
  const faults = [
    ...repeated.map((attempt) => `attempt ${attempt} executed twice`),
    ...unlisted.map((attempt) => `attempt ${attempt} executed, but not of its run`),
    ...(isInnocent && interrupted > disturbances
      ? [`${interrupted} attempts interrupted by ${disturbances} faults`]
      : []),
  ];
  return faults.map((fault) => `${toPair(run)}: ${fault}`);
}

function findFalselyFailed({ runs, sent }: Evidence): string[] {
  return runs
    .filter(({ eventId }) => sent.get(eventId)?.isKiller === false)
    .filter(({ status }) => status !== 'succeeded' && !UNENDED.includes(status))
    .map((run) => `${toPair(run)}: ${run.status}${toReason(run)}`);
}

function toReason(run: Run): string {
  if (run.status === 'failed') return `, ${run.error.code} after ${run.attempts.length} attempts`;
  return run.status === 'skipped' || run.status === 'cancelled' ? `, ${run.reason}` : '';
}
