import { setTimeout as wait } from 'node:timers/promises';
import { MODES } from '../harness/backend.ts';
import type { Stage } from '../harness/stage.ts';
import type { Fault } from './fault.ts';

const SMALL_MS = 20_000;
const HOLD_MS = { min: 500, max: 3000 };

const DAY_MS = 86_400_000;

/** The clock of the hosts is set wrong, forward or back, and is corrected after a while. */
export const clockJump: Fault = {
  name: 'clock jump',
  modes: MODES,
  async inject(stage) {
    const { random } = stage;
    stage.disturbances++;
    stage.setClock(random.between(-SMALL_MS, SMALL_MS));
    await wait(random.between(HOLD_MS.min, HOLD_MS.max));
    stage.disturbances++;
    stage.setClock(0);
  },
};

/** Days by which the clock of a stage is ahead. */
const daysAhead = new WeakMap<Stage, number>();

/**
 * The clock goes a day ahead for good, as that of a machine which was wrong until then. Embedded alone:
 * Service Bus delivers what is planned by its own clock, which the emulator has from this process.
 */
export const dayAhead: Fault = {
  name: 'day ahead',
  modes: ['embedded'],
  async inject(stage) {
    const days = (daysAhead.get(stage) ?? 0) + 1;
    daysAhead.set(stage, days);
    stage.disturbances++;
    stage.setClock(days * DAY_MS);
    await wait(stage.random.between(HOLD_MS.min, HOLD_MS.max));
  },
};
