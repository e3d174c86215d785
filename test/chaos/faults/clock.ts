import { setTimeout as wait } from 'node:timers/promises';
import { MODES } from '../harness/backend.ts';
import type { Fault } from './fault.ts';

const SMALL_MS = 20_000;
const HOLD_MS = { min: 500, max: 3000 };

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
