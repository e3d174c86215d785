import { findNearest } from '../domain/did-you-mean.ts';
import type { Event } from '../domain/event.ts';
import type { Decided } from '../domain/event-record.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerStats } from '../domain/trigger-stats.ts';
import { RejectedError } from '../errors/errors.ts';
import type { ReadSide } from './list.ts';

/** The triggers as they are at present, and what they have done. */
export interface TriggerView extends ReadSide {
  /** By name. */
  readonly triggers: readonly Trigger[];
  get(name: string): Trigger | undefined;
  /** Undefined: it is active. */
  stateOf(name: string): TriggerState | undefined;
  /** Whether it is asked about events of this type of its source. */
  takes(trigger: Trigger, type: string): boolean;
  /** What would be decided of an event if it came now. */
  decide(event: Event): Decided;
  /** Undefined: nothing was counted of late. */
  readStats(name: string): Promise<TriggerStats | undefined>;
  readAllStats(): Promise<ReadonlyMap<string, TriggerStats>>;
}

type Known = Pick<TriggerView, 'triggers' | 'get'>;

/** @throws {RejectedError} 404 that says which trigger was probably meant */
export function findTrigger({ triggers, get }: Known, name: string): Trigger {
  const found = get(name);
  if (found) return found;
  const near = findNearest(
    name,
    triggers.map((trigger) => trigger.name),
  );
  const hint = near === undefined ? 'See /api/v1/triggers.' : `Did you mean "${near}"?`;
  throw new RejectedError(404, 'trigger_unknown', `There is no trigger "${name}". ${hint}`);
}
