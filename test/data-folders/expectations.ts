import { existsSync, readFileSync } from 'node:fs';
import type { Contents, ShownRun } from './contents.ts';

/** `expected.json`: what has to be true of a data folder for the version that opens it. */
export interface Expected {
  /** The version that has made the folder. */
  readonly version: string;
  /** When its last process was killed. */
  readonly killedAt: string;
  /** As it is before anything goes on. */
  readonly contents: Contents;
  /** How each run has to end, by its id. */
  readonly ends: Readonly<Record<string, End>>;
  /** Events that were acknowledged and are still in the queue, each with the trigger that runs for it. */
  readonly pending: readonly Pending[];
  /** A replay of a run that was asked for under an Idempotency-Key, and the run that it made. */
  readonly keyed: { readonly runId: string; readonly key: string; readonly replay: string };
}

export interface End {
  readonly status: string;
  /** Executions that the actor has begun before, and must begin from now on. */
  readonly before: number;
  readonly after: number;
}

export interface Pending {
  readonly source: string;
  readonly eventId: string;
  readonly trigger: string;
  /** As it is kept once it has run. */
  readonly data: object;
}

/** An execution of an actor. */
export interface Execution {
  readonly runId: string;
  readonly trigger: string;
  readonly eventId: string;
  readonly attempt: number;
  /** The `text` of its input, where the input has one. */
  readonly text?: string;
  /** The state that earlier attempts have saved. */
  readonly state: object;
}

export function readJournal(file: string): readonly Execution[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** How runs must end once their actors are released, their triggers resumed and their times come. */
export function toEnds(runs: readonly ShownRun[], journal: readonly Execution[]): Expected['ends'] {
  const counts = Map.groupBy(journal, ({ runId }) => runId);
  return Object.fromEntries(
    runs.map((run) => [run.id, toEnd(run, counts.get(run.id)?.length ?? 0)]),
  );
}

/** The trigger that is no longer defined. */
export const GONE = 'gone';

function toEnd({ status, trigger }: ShownRun, before: number): End {
  const isOpen = status === 'queued' || status === 'running';
  if (!isOpen) return { status, before, after: 0 };
  if (trigger === GONE) return { status: 'failed', before, after: 0 };
  return { status: 'succeeded', before, after: 1 };
}
