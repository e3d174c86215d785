import type { EventRecord } from '../domain/event-record.ts';
import type { Held } from '../domain/limits.ts';
import type { RunError, RunStatus } from '../domain/run.ts';

/**
 * Why an event ran what it ran, and nothing else.
 * @example
 * { "event": { "id": "72d3…", "source": "github", "type": "issues.opened", … },
 *   "triggers": [{ "trigger": "greet-issue", "basis": "then", "outcome": "unmatched",
 *     "clause": "conditions.sender.type", "expected": "[\"User\"]", "found": "\"Bot\"",
 *     "text": "no: conditions.sender.type expected [\"User\"], found \"Bot\"" }],
 *   "omitted": 0, "replays": [] }
 */
export interface EventExplanation {
  readonly event: ExplainedEvent;
  /** Those that matched first, then those that could not say, then the others. */
  readonly triggers: readonly TriggerExplanation[];
  /** Triggers that did not match, and whose decisions were too many to be kept. */
  readonly omitted: number;
  /** Runs that the event was given again. */
  readonly replays: readonly RunExplanation[];
}

export interface ExplainedEvent
  extends Pick<EventRecord, 'source' | 'type' | 'receivedAt' | 'verified' | 'status'> {
  /** The sender's. */
  readonly id: string;
  /** Under which it is kept. */
  readonly key: string;
}

/** What one trigger makes of an event. */
export type TriggerExplanation = Answered & {
  /** Absent where no trigger has the event's source. */
  readonly trigger?: string;
  /** `then`: as it was decided when the event came; `now`: by the trigger as it is at present. */
  readonly basis: 'then' | 'now';
  /** For a person: `no: conditions.action expected "opened", found "closed"`. */
  readonly text: string;
  /** What the trigger is at present, where it is not active: `paused: a freeze`. */
  readonly present?: string;
};

export type Answered =
  /** `run` is absent where none is kept, or none was made: with the basis `now`. */
  | { readonly outcome: 'matched'; readonly run?: RunExplanation }
  | {
      readonly outcome: 'unmatched';
      /** The path of the clause in the trigger. */
      readonly clause: string;
      /** JSON text, as `found`. */
      readonly expected: string;
      readonly found?: string | undefined;
    }
  | { readonly outcome: 'error'; readonly message: string }
  | { readonly outcome: 'unrouted'; readonly expected: string; readonly found: string }
  /** It is asked about such events; what it would say of this one cannot be told. */
  | { readonly outcome: 'candidate' };

export interface RunExplanation {
  readonly id: string;
  readonly trigger: string;
  readonly status: RunStatus;
  readonly text: string;
  /** The limit that keeps it waiting, or has skipped it. */
  readonly held?: Held;
  /** The run that has taken its place, or its event in. */
  readonly instead?: { readonly id: string; readonly status: RunStatus };
  readonly error?: RunError;
}
