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
  /** Places in throttles: the trigger's own, and that of its shared limit. */
  readonly throttles?: readonly Keyed[];
  /** A slot of the limit that the trigger shares with others. */
  readonly named?: Keyed;
  /** Keys that the event has not: the limit does not count its run. */
  readonly emptyKeys?: readonly string[];
}

/** A slot with the key by which it is counted. */
export interface Keyed {
  readonly slot: Slot;
  readonly key: string | undefined;
}

export function isLimitedInNumber(trigger: Trigger): boolean {
  const { allowConcurrent, throttle, limit } = trigger;
  const isShared = typeof limit === 'object';
  return !allowConcurrent || toMax(trigger) !== undefined || throttle !== undefined || isShared;
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
  const { key, isKeyless } = await renderOne({ trigger, event }, concurrencyKey, 'concurrencyKey');
  const isCounted = max !== undefined && !isKeyless;
  const shared = isCounted ? createSlot(name, max, 'slots', key ?? '') : undefined;
  const hash = allowConcurrent ? undefined : await hashInput(engine, { trigger, event });
  const input = hash === undefined ? undefined : toInputSlot(name, hash);
  const { emptyKeys = [], ...paced } = await findPaced({ trigger, event });
  const empty = [...(isKeyless ? ['concurrencyKey'] : []), ...emptyKeys];
  return { input, shared, key, ...paced, ...(empty.length > 0 ? { emptyKeys: empty } : {}) };
}

type Paced = Pick<SlotsOfRun, 'throttles' | 'named' | 'emptyKeys'>;

/** Finds the places in throttles and in the shared limit. */
async function findPaced(limited: Limited): Promise<Paced> {
  const { throttle, limit, name } = limited.trigger;
  if (throttle === undefined && typeof limit !== 'object') return {};
  const own = await renderOne(limited, throttle?.key, 'throttle.key');
  const common = typeof limit === 'object' ? limit : undefined;
  const shared = await renderOne(limited, common?.key, 'limit.key');
  const throttles: Keyed[] = [];
  if (throttle && !own.isKeyless) {
    const slot = createSlot(name, throttle.limit, 'throttle', own.key ?? '');
    throttles.push({ slot: { ...slot, period: throttle.period }, key: own.key });
  }
  const of = (max: number, kind: string) => ({
    ...{ ...createSlot(common?.name ?? '', max, kind, shared.key ?? ''), trigger: name },
    limit: common?.name,
  });
  if (common?.throttle && !shared.isKeyless) {
    const { limit: max, period } = common.throttle;
    throttles.push({ slot: { ...of(max, 'limit-throttle'), period }, key: shared.key });
  }
  const max = shared.isKeyless ? undefined : common?.maxConcurrent;
  return {
    ...(throttles.length > 0 ? { throttles } : {}),
    ...(max === undefined ? {} : { named: { slot: of(max, 'limit-slots'), key: shared.key } }),
    emptyKeys: [
      ...(own.isKeyless ? ['throttle.key'] : []),
      ...(shared.isKeyless ? ['limit.key'] : []),
    ],
  };
}

function toInputSlot(trigger: string, inputHash: string): Slot {
  return { ...createSlot(trigger, 1, 'input', inputHash), inputHash };
}

/** Renders a key, where there is a template for it. */
async function renderOne(
  { trigger, event }: Limited,
  template: string | undefined,
  place: string,
): Promise<{ readonly key: string | undefined; readonly isKeyless: boolean }> {
  if (template === undefined) return { key: undefined, isKeyless: false };
  const { renderKey } = await import('../../triggers/inputs/group-keys.ts');
  const key = renderKey(trigger, template, event, place);
  return { key, isKeyless: key === undefined };
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
