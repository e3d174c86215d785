import type { Event } from '../../domain/event.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { toRunInput } from '../../triggers/inputs/index.ts';
import type { Engine } from '../engine/index.ts';
import { toInputHash } from './input-hash.ts';
import { createSlot, type Slot } from './slot-state.ts';

/** A trigger whose limits a run meets, and the event over which their keys are rendered. */
export interface Limited {
  readonly trigger: Trigger;
  /** The event itself; for a run that gathers events, the one that opened its window. */
  readonly event: Event;
}

/** Slots that a run needs, where its trigger limits their number. */
export interface SlotsOfRun {
  /** The slot of the run's input: a run that finds it taken is skipped. */
  readonly input: Slot | undefined;
  /** A slot of the trigger, or of its key: there are `max` of them. */
  readonly shared: Slot | undefined;
  readonly key: string | undefined;
}

export function isLimitedInNumber(trigger: Trigger): boolean {
  return !trigger.allowConcurrent || toMax(trigger) !== undefined;
}

/** Maximum number of runs of a trigger, or of one of its keys, that are executed at once. */
export function toMax({ maxConcurrent, overlap, concurrencyKey }: Trigger): number | undefined {
  return maxConcurrent ?? (overlap || concurrencyKey ? 1 : undefined);
}

/** Finds the slots that a run of this trigger needs for this event. */
export async function findSlotsOfRun(
  engine: Pick<Engine, 'triggers'>,
  { trigger, event }: Limited,
): Promise<SlotsOfRun> {
  const { name, allowConcurrent, concurrencyKey } = trigger;
  const max = toMax(trigger);
  const key = concurrencyKey === undefined ? undefined : await renderOne(trigger, event);
  const shared = max === undefined ? undefined : createSlot(name, max, 'slots', key ?? '');
  const hash = allowConcurrent ? undefined : await hashInput(engine, { trigger, event });
  const input = hash === undefined ? undefined : toInputSlot(name, hash);
  return { input, shared, key };
}

function toInputSlot(trigger: string, inputHash: string): Slot {
  return { ...createSlot(trigger, 1, 'input', inputHash), inputHash };
}

async function renderOne(trigger: Trigger, event: Event): Promise<string> {
  const { renderKey } = await import('../../triggers/inputs/inputs.ts');
  return renderKey(trigger, trigger.concurrencyKey ?? '', event, 'concurrencyKey');
}

/** Undefined where the input cannot be made: the attempt fails then, and says why. */
async function hashInput(
  engine: Pick<Engine, 'triggers'>,
  { trigger, event }: Limited,
): Promise<string | undefined> {
  const code = engine.triggers.codeOf(trigger.name);
  try {
    return toInputHash(await toRunInput({ ...trigger, rendersTexts: true }, [event], code));
  } catch {
    return undefined;
  }
}
