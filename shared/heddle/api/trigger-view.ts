import { findNearest } from '../domain/did-you-mean.ts';
import type { Event } from '../domain/event.ts';
import type { Decided } from '../domain/event-record.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerStats } from '../domain/trigger-stats.ts';
import { RejectedError } from '../errors/errors.ts';
import type { ReadSide } from './list.ts';

/** A view of the present triggers with their states and counts. */
export interface TriggerView extends ReadSide {
  /** False: schedules and polls stand still. */
  readonly isScheduling: boolean;
  /** Sorted by name. */
  readonly triggers: readonly Trigger[];
  get(name: string): Trigger | undefined;
  /** Undefined: the trigger is active. */
  stateOf(name: string): TriggerState | undefined;
  /** Whether a source is disabled: its deliveries are refused. */
  isDisabledSource(source: string): boolean;
  /** Whether the trigger takes events of this type of its source. */
  takes(trigger: Trigger, type: string): boolean;
  /** Decides as if the event came now. */
  decide(event: Event): Decided;
  /** What is probably not meant in a trigger, with what to write instead. */
  warningsOf(name: string): readonly string[];
  /** Undefined: nothing was counted recently. */
  readStats(name: string): Promise<TriggerStats | undefined>;
  readAllStats(): Promise<ReadonlyMap<string, TriggerStats>>;
}

type Known = Pick<TriggerView, 'triggers' | 'get'>;

/** @throws {RejectedError} 404 that suggests the nearest name */
export function findTrigger({ triggers, get }: Known, name: string): Trigger {
  const found = get(name);
  if (found) return found;
  const near = findNearest(
    name,
    triggers.map((trigger) => trigger.name),
  );
  const hint = near === undefined ? 'See /api/v1/triggers.' : `Did you mean "${near}"?`;
  throw new RejectedError('trigger_not_found', `There is no trigger "${name}". ${hint}`);
}
