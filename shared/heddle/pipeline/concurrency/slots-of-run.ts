import type { Event } from '../../domain/event.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { toRunInput } from '../../triggers/inputs/index.ts';
import type { Engine } from '../engine/index.ts';
import { toInputHash } from './input-hash.ts';
import { createSlot, type Slot } from './slots.ts';

/** A trigger whose limits a run meets, and the event over which their keys are rendered. */
export interface Limited {
  readonly trigger: Trigger;
  /** Of a run that gathers events, its own. */
  readonly event: Event;
}

/** The places that a run needs, where its trigger limits their number. */
export interface SlotsOfRun {
  /** One for each input: whoever finds it taken is skipped. */
  readonly input: Slot | undefined;
  /** So many for the trigger, or for each of its keys. */
  readonly shared: Slot | undefined;
  readonly key: string | undefined;
}

export function isLimitedInNumber(trigger: Trigger): boolean {
  return !trigger.allowConcurrent || toMax(trigger) !== undefined;
}

/** How many runs of a trigger, or of one of its keys, may be executed at once. */
export function toMax({ maxConcurrent, overlap, concurrencyKey }: Trigger): number | undefined {
  return maxConcurrent ?? (overlap || concurrencyKey ? 1 : undefined);
}

/** Which places a run of this trigger needs for this event. */
export async function findSlotsOfRun(
  engine: Engine,
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

/** Undefined where the input cannot be made: then the attempt fails, and says why. */
async function hashInput(engine: Engine, { trigger, event }: Limited): Promise<string | undefined> {
  const code = engine.triggers.codeOf(trigger.name);
  try {
    return toInputHash(await toRunInput(trigger, [event], code));
  } catch {
    return undefined;
  }
}
