import { isDeepStrictEqual } from 'node:util';
import type { Run, RunStatus } from '../../../shared/heddle/domain/run.ts';
import type { ReceivedMessage } from '../../../shared/heddle/ports/event-queue.ts';
import { isOrdinary, type Watcher } from './process.ts';
import { type Execution, Script } from './script.ts';
import { rulesOf } from './triggers.ts';

type Place = RunStatus | 'nowhere';

/** The allowed transitions of a run by its status. */
const WAYS: Readonly<Record<Place, readonly RunStatus[]>> = {
  nowhere: ['queued', 'running', 'failed'],
  queued: ['queued', 'running', 'skipped', 'failed', 'cancelled'],
  running: ['running', 'queued', 'succeeded', 'failed', 'cancelled'],
  waiting: [],
  // Its window has closed without it, or its message was given up before it was in.
  skipped: ['queued', 'failed'],
  // The run was resubmitted.
  failed: ['queued'],
  succeeded: [],
  cancelled: [],
};

const CONSTANT = ['trigger', 'eventKey', 'eventId', 'createdAt', 'isReplay', 'replay'] as const;

/** A write of a run, with its time. */
export interface Entry {
  readonly at: number;
  readonly run: Run;
}

/** Records everything that happens to runs, and the violations among it. */
export class Journal implements Watcher {
  readonly script = new Script((execution) => this.#checkBegun(execution));
  readonly violations: string[] = [];
  /** Messages that were given up. */
  readonly givenUp: ReceivedMessage[] = [];
  /** Count of messages redelivered although no process had died. */
  thrown = 0;
  readonly #histories = new Map<string, Entry[]>();
  readonly #now: () => number;
  readonly #keyOf: (eventId: string) => string;
  readonly #isResubmitted: (runId: string) => boolean;

  constructor(known: {
    now: () => number;
    keyOf: (eventId: string) => string;
    isResubmitted: (runId: string) => boolean;
  }) {
    this.#now = known.now;
    this.#keyOf = known.keyOf;
    this.#isResubmitted = known.isResubmitted;
  }

  historyOf(runId: string): readonly Entry[] {
    return this.#histories.get(runId) ?? [];
  }

  latest(runId: string): Run | undefined {
    return this.historyOf(runId).at(-1)?.run;
  }

  noteGivenUp(message: ReceivedMessage): void {
    this.givenUp.push(message);
  }

  noteThrown(error: unknown): void {
    this.thrown++;
    if (!isOrdinary(error)) this.#forbid(`a message failed by ${toText(error)}`);
  }

  noteWritten(run: Run): void {
    const before = this.latest(run.id);
    const history = this.#histories.get(run.id) ?? [];
    this.#histories.set(run.id, [...history, { at: this.#now(), run }]);
    this.#checkWay(before, run);
    this.#checkAttempts(before, run);
  }

  #checkWay(before: Run | undefined, run: Run): void {
    const way = `${before?.status ?? 'nowhere'} -> ${run.status}`;
    const isWindow = rulesOf(run.trigger).window !== undefined;
    if (!WAYS[before?.status ?? 'nowhere'].includes(run.status)) this.#forbid(way, run);
    if (before?.status === 'skipped' && !isWindow) this.#forbid(way, run);
    if (before?.status === 'failed' && !this.#isResubmitted(run.id)) this.#forbid(way, run);
    for (const name of CONSTANT) {
      if (before && !isDeepStrictEqual(before[name], run[name])) this.#forbid(`${name}: new`, run);
    }
  }

  /** Checks that attempts are numbered consecutively, and that ended ones never change. */
  #checkAttempts(before: Run | undefined, run: Run): void {
    const known = before?.attempts ?? [];
    if (!isDeepStrictEqual(run.attempts.slice(0, known.length), known)) {
      this.#forbid('attempts that have ended were changed', run);
    }
    if (run.attempts.some(({ attempt }, index) => attempt !== index + 1)) {
      this.#forbid('attempts are not in a row', run);
    }
    const next = run.status === 'queued' ? run.nextAttempt : undefined;
    const current = run.status === 'running' ? run.attempt : next;
    if (current !== undefined && current !== run.attempts.length + 1) {
      this.#forbid(`attempt ${current} comes after ${run.attempts.length}`, run);
    }
  }

  #checkBegun({ runId, trigger, attempt, eventId }: Execution): void {
    const run = this.latest(runId);
    if (run?.status !== 'running' || run.attempt !== attempt) {
      this.#forbid(`attempt ${attempt} begins`, run);
    }
    const same = this.script.executions.filter((other) => other.runId === runId);
    if (same.filter((other) => other.attempt === attempt).length > 1) {
      this.#forbid(`attempt ${attempt} begins twice`, run);
    }
    const { atOnce, isByKey } = rulesOf(trigger);
    const key = this.#keyOf(eventId);
    const others = this.script.going.filter(
      (other) =>
        other.trigger === trigger &&
        (!isByKey || this.#keyOf(other.eventId) === key) &&
        this.#counts(other),
    );
    if (atOnce !== undefined && others.length > atOnce) {
      this.#forbid(`${others.length} of ${atOnce} are executed at once`, run);
    }
  }

  /** False for an execution whose run was cancelled or taken over, which may notice late. */
  #counts({ runId, attempt, isStale }: Execution): boolean {
    if (isStale) return false;
    const run = this.latest(runId);
    return run?.status === 'running' && run.attempt === attempt;
  }

  #forbid(what: string, run?: Run): void {
    const which = run ? ` (run ${run.id} of ${run.trigger}, ${run.eventId}, ${run.status})` : '';
    this.violations.push(`${new Date(this.#now()).toISOString()} ${what}${which}`);
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
