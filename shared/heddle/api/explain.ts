import type { EventRecord } from '../domain/event-record.ts';
import type { FannedOut } from '../domain/for-each.ts';
import type { Held } from '../domain/limits.ts';
import type { LostPath, RunError, RunStatus } from '../domain/run.ts';

/**
 * Explains what an event ran, and why nothing else ran.
 * @example
 * { "event": { "id": "72d3…", "source": "github", "type": "issues.opened", … },
 *   "triggers": [{ "trigger": "greet-issue", "basis": "then", "outcome": "unmatched",
 *     "clause": "conditions.sender.type", "expected": "[\"User\"]", "found": "\"Bot\"",
 *     "text": "no: conditions.sender.type expected [\"User\"], found \"Bot\"" }],
 *   "omitted": 0, "replays": [] }
 */
export interface EventExplanation {
  readonly event: ExplainedEvent;
  /** Triggers that matched first, then those with an error, then the others. */
  readonly triggers: readonly TriggerExplanation[];
  /** Count of triggers that did not match and whose decisions were too many to keep. */
  readonly omitted: number;
  /** Runs of replays of this event. */
  readonly replays: readonly RunExplanation[];
}

export interface ExplainedEvent
  extends Pick<EventRecord, 'source' | 'type' | 'receivedAt' | 'verified' | 'status'> {
  /** The sender's id. */
  readonly id: string;
  /** The key under which the event is stored. */
  readonly key: string;
}

/** The decision of one trigger for an event. */
export type TriggerExplanation = Answered & {
  /** Absent where no trigger has the event's source. */
  readonly trigger?: string;
  /** `then`: decided when the event came; `now`: decided by the trigger as it is at present. */
  readonly basis: 'then' | 'now';
  /** Text for a person: `no: conditions.action expected "opened", found "closed"`. */
  readonly text: string;
  /** The trigger's present status, where it is not active: `paused: a freeze`. */
  readonly present?: string;
  /** What is probably not meant in the trigger, with what to write instead. Absent: nothing. */
  readonly warnings?: readonly string[];
};

export type Answered =
  /** `run` is absent where the run is not kept, and with the basis `now`, which starts none. */
  | {
      readonly outcome: 'matched';
      /** With `forEach` that of the first item. */
      readonly run?: RunExplanation;
      /** With `forEach`: the list, and how many of its items run. */
      readonly forEach?: FannedOut;
      /** With `forEach`: how many of the runs have a status. */
      readonly statuses?: Readonly<Partial<Record<RunStatus, number>>>;
    }
  | {
      readonly outcome: 'unmatched';
      /** The path of the failed clause in the trigger. */
      readonly clause: string;
      /** JSON text, like `found`. */
      readonly expected: string;
      readonly found?: string | undefined;
    }
  | { readonly outcome: 'error'; readonly message: string }
  | { readonly outcome: 'unrouted'; readonly expected: string; readonly found: string }
  /** The trigger takes such events; its decision for this one cannot be told. */
  | { readonly outcome: 'candidate' };

export interface RunExplanation {
  readonly id: string;
  readonly trigger: string;
  readonly status: RunStatus;
  readonly text: string;
  /** The limit that keeps the run waiting, or has skipped it. */
  readonly held?: Held;
  /** The run that replaced this one, or took its event in. */
  readonly instead?: { readonly id: string; readonly status: RunStatus };
  readonly error?: RunError;
  /** Paths of the trigger's mappings that led nowhere. */
  readonly lostPaths?: readonly LostPath[];
}
