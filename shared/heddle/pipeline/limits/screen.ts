import type { Event } from '../../domain/event.ts';
import type { Held } from '../../domain/limits.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { isLimitedInNumber } from '../concurrency/index.ts';
import type { Engine } from '../engine/index.ts';
import { sendRunMessage } from '../runs/index.ts';
import { checkDedupe, checkDepth, checkMisfire } from './admit.ts';
import {
  type Advancing,
  beginWithSlots,
  type Queued,
  type Running,
  skipQueued,
} from './begin-run.ts';
import { gatherInWindow, gathersEvents } from './event-window.ts';
import { holdWhilePaused } from './hold-while-paused.ts';
import { isOpenWindow } from './window-pointer.ts';

/**
 * Whether nothing that {@link screen} asks, and no want of places, can keep a run of this trigger from
 * beginning: it is recorded as begun at once, which saves a write.
 */
export function isUnlimited(engine: Engine, trigger: Trigger, event: Event): boolean {
  const { enabled, dedupe, cooldownSeconds, name, schedule } = trigger;
  return (
    enabled &&
    schedule === undefined &&
    dedupe === undefined &&
    cooldownSeconds === undefined &&
    !gathersEvents(trigger) &&
    !isLimitedInNumber(trigger) &&
    !engine.states.of(name) &&
    (event.depth ?? 0) <= engine.maxDepth &&
    !event.causedByReplay
  );
}

/** What a run meets before its first attempt. A replay was asked for: time limits are not for it. */
export async function screen(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  const { document: run } = stored;
  const { trigger } = advancing;
  const unwanted = checkEnabled(trigger) ?? checkReplay(engine, run);
  if (unwanted) return skipQueued(engine, stored, unwanted);
  const tooDeep = await checkDepth(engine, run, trigger);
  if (tooDeep) return skipQueued(engine, stored, tooDeep);
  if (isOpenWindow(run, engine.clock.now())) {
    await sendRunMessage(engine, run);
    return undefined;
  }
  const state = engine.states.of(trigger.name);
  if (state?.status === 'paused') {
    await holdWhilePaused(engine, stored, trigger, state);
    return undefined;
  }
  if (run.isReplay || run.gathered) return beginWithSlots(engine, stored, advancing);
  const tooLate = await checkMisfire(engine, run, advancing);
  if (tooLate) return skipQueued(engine, stored, tooLate);
  const repeated = await checkDedupe(engine, run, advancing);
  if (repeated) return skipQueued(engine, stored, repeated);
  if (!gathersEvents(trigger)) return beginWithSlots(engine, stored, advancing);
  await gatherInWindow(engine, stored, advancing);
  return undefined;
}

/** It may have been disabled since its run was made; a run that has begun goes on. */
function checkEnabled({ enabled }: Trigger): Held | undefined {
  if (enabled) return undefined;
  return { limit: 'disabled', detail: 'the trigger says "enabled: false"' };
}

/** An actor can say that what it does must not be done again, nor by a run that a replay leads to. */
function checkReplay({ actors }: Engine, run: Queued['document']) {
  const { isReplay, causedByReplay, actor } = run;
  if (!(isReplay || causedByReplay) || actors[actor]?.replayable !== false) return undefined;
  const detail = `the actor "${actor}" is not to be replayed`;
  return { limit: 'replay', detail } satisfies Held;
}
