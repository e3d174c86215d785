import { SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import { toLimitId } from '../../domain/ids.ts';
import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { LIMIT_STATES, RUNS } from '../../ports/collections.ts';
import type { Limited } from '../concurrency/index.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { createTimeline } from '../schedules/index.ts';
import { pauseTrigger } from './pause-trigger.ts';
import { findWindowId } from './window-pointer.ts';

/** The run after which a chain is no chain but a loop, and what is done about it. */
export async function checkDepth(
  engine: Engine,
  { depth = 0 }: RunOf<'queued'>,
  { name }: Trigger,
): Promise<Held | undefined> {
  if (depth <= engine.maxDepth) return undefined;
  const message = `${depth} runs have led to each other, of which ${engine.maxDepth} are allowed: it looks like a loop`;
  engine.logger.error(`Trigger ${name} is paused: ${message}`);
  await pauseTrigger(engine, name, { by: 'breaker', message });
  return { limit: 'depth', detail: message };
}

/**
 * A fire whose message has come too late, because nothing ran when it was due, or whose schedule has
 * changed since it was sent. Who came in time and waits is not asked again: the run tells when it came.
 */
export async function checkMisfire(
  engine: Engine,
  { createdAt }: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { schedule } = trigger;
  if (!schedule || event.source !== SCHEDULE_SOURCE) return undefined;
  const timeline = await createTimeline(trigger, engine.pollers);
  const fire = Date.parse(event.time);
  if (!timeline.isFire(fire)) {
    return {
      limit: 'misfire',
      detail: 'the schedule has changed, and does not fire then any more',
    };
  }
  const came = Date.parse(createdAt);
  if (timeline.isWanted(fire, came)) return undefined;
  const late = Math.round((came - timeline.toDue(fire)) / 1000);
  return { limit: 'misfire', detail: `it is ${late} s late, and misfire is ${schedule.misfire}` };
}

/**
 * Lets the first of each key pass, and in a window after it no other. A run that was skipped since, for
 * want of room say, was none: the next of its key passes.
 */
export async function checkDedupe(
  engine: Engine,
  run: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { dedupe, name } = trigger;
  if (!dedupe) return undefined;
  const { renderKey } = await import('../../triggers/inputs/inputs.ts');
  const key = renderKey(trigger, dedupe.key, event, 'dedupe.key');
  const id = toLimitId('dedupe', name, key);
  const gate = { id, kind: 'dedupe', trigger: name } as const;
  const held = await passOnce(engine, gate, run, { ms: dedupe.window, isUsedUp: isMade });
  return held && { ...held, detail: 'a run of the same key was made', key: toShownKey(key) };
}

/** Lets a run pass when the last one is long enough ago. */
export async function checkCooldown(
  engine: Engine,
  run: RunOf<'queued'>,
  { trigger, event }: Limited,
): Promise<Held | undefined> {
  const { cooldownSeconds, concurrencyKey, name } = trigger;
  if (cooldownSeconds === undefined) return undefined;
  const { renderKey } = await import('../../triggers/inputs/inputs.ts');
  const key = concurrencyKey && renderKey(trigger, concurrencyKey, event, 'concurrencyKey');
  const id = toLimitId('cooldown', name, key ?? '');
  const gate = { id, kind: 'cooldown', trigger: name } as const;
  const held = await passOnce(engine, gate, run, { ms: cooldownSeconds * 1000 });
  const detail = `the last run was less than ${cooldownSeconds} s ago`;
  return held && { ...held, detail, ...(key ? { key: toShownKey(key) } : {}) };
}

interface Gate {
  readonly id: string;
  readonly kind: 'cooldown' | 'dedupe';
  readonly trigger: string;
}

interface Closing {
  readonly ms: number;
  /** Whether the run that has passed was made of it. Absent: it was. */
  readonly isUsedUp?: (engine: Engine, runId: string) => Promise<boolean>;
}

/** A run that has passed passes again: it may have been interrupted since. */
function passOnce(
  engine: Engine,
  gate: Gate,
  { id: runId }: RunOf<'queued'>,
  { ms, isUsedUp }: Closing,
): Promise<Pick<Held, 'limit' | 'until' | 'by'> | undefined> {
  const { store, clock } = engine;
  return updateDocument(store, LIMIT_STATES, gate.id, async (found) => {
    const now = toTimestamp(clock);
    if (found?.kind === gate.kind && found.until > now) {
      const { until, runId: by } = found;
      if (by === runId) return { result: undefined };
      if (!isUsedUp || (await isUsedUp(engine, by))) {
        return { result: { limit: gate.kind, until, by } };
      }
    }
    const document = { ...gate, updatedAt: now, runId, until: toTimestamp(clock, ms) };
    return { document, options: { ttlSeconds: Math.ceil(ms / 1000) + 1 }, result: undefined };
  });
}

/** Of a run that was skipped for a window, whether that one was made. One that is gone was. */
async function isMade({ store }: Engine, runId: string): Promise<boolean> {
  let run = (await store.read(RUNS, runId))?.document;
  const windowId = run?.status === 'skipped' ? findWindowId(run) : undefined;
  if (windowId !== undefined) run = (await store.read(RUNS, windowId))?.document;
  return run?.status !== 'skipped';
}

const MAX_KEY_CHARS = 200;

function toShownKey(key: string): string {
  return key.slice(0, MAX_KEY_CHARS);
}
