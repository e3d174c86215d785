import type { Engine } from '../engine/index.ts';
import type { Gate, Subject } from './gate.ts';
import { COOLDOWN } from './gates/cooldown.ts';
import { DEDUPE } from './gates/dedupe.ts';
import { DEPTH } from './gates/depth.ts';
import { ENABLED } from './gates/enabled.ts';
import { GATHER } from './gates/gather.ts';
import { LINE } from './gates/line.ts';
import { MISFIRE } from './gates/misfire.ts';
import { PAUSED } from './gates/paused.ts';
import { REPLAYABLE } from './gates/replayable.ts';
import { SLOTS } from './gates/slots.ts';
import { WINDOW_OPEN } from './gates/window-open.ts';

/**
 * Every limit there is, in the order in which a run meets them. The order decides what a run that
 * several limits would stop is recorded with, and which of them it uses up:
 *
 * 1. Limits that end a run for good come first: what cannot run is neither held nor gathered.
 * 2. A pause comes before the limits in time, so that a run that is held has used up none of them.
 * 3. Slots come after the windows: a window holds none while it is open.
 * 4. The cooldown comes after the slots and before the line: a run without a slot does not use it
 *    up, and a run that has waited is not refused at the end.
 */
export const GATES: readonly Gate[] = [
  ENABLED,
  REPLAYABLE,
  DEPTH,
  WINDOW_OPEN,
  PAUSED,
  MISFIRE,
  DEDUPE,
  GATHER,
  SLOTS,
  COOLDOWN,
  LINE,
];

/**
 * Whether no gate can stop this run. Such a run is recorded as begun at once, which saves the write
 * that records it as queued.
 */
export function isUnlimited(engine: Engine, subject: Subject, gates = GATES): boolean {
  return !gates.some((gate) => gate.appliesTo(engine, subject));
}
