import type { Trigger } from '../../domain/trigger.ts';
import type { Clause } from './clauses.ts';
import type { Doubt } from './doubt.ts';
import type { KnownEvent } from './known-event.ts';
import type { Surroundings } from './surroundings.ts';
import type { TemplatePath } from './template-paths.ts';

/** A trigger that is looked at, with what is known about it. */
export interface Subject {
  readonly trigger: Trigger;
  /** As its author wrote it, without defaults. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The kind of its source; for the sources of the engine their name. */
  readonly kind: string | undefined;
  /** What its events are like; undefined: nothing is known. */
  readonly event: KnownEvent | undefined;
  /** The clauses of its conditions and of a filter that is an object. */
  readonly clauses: readonly Clause[];
  /** What its templates and expressions read. */
  readonly templates: readonly TemplatePath[];
  readonly surroundings: Surroundings;
}

/** A rule of plausibility. */
export interface Rule {
  readonly name: string;
  /** What it doubts, for the page on triggers. */
  readonly about: string;
  find(subject: Subject): readonly Doubt[];
}
