import type { ObjectShape } from './shape.ts';

/** What a kind of source is known to send. */
export interface Vocabulary {
  /** Types of events, as triggers name them. */
  readonly types: readonly string[];
  /** Types below which anything may follow: `repository_dispatch`. */
  readonly openTypes?: readonly string[];
  /** False: it sends others too, so that only a slip of the pen is doubted. Absent: true. */
  readonly isWhole?: boolean;
  /** What was meant by types that senders do not have: `pull_request.merged`. */
  readonly hints?: Readonly<Record<string, string>>;
  /** The field that repeats the last part of the type: `action` of GitHub's. */
  readonly typeField?: string;
  /** What is known of the events of a type; undefined: nothing. */
  shapeOf(type: string): EventShape | undefined;
}

export interface EventShape {
  readonly payload: ObjectShape;
  readonly fields: ObjectShape;
}
