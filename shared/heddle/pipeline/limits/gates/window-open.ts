import { sendRunMessage } from '../../runs/index.ts';
import { type Gate, isFirstAttempt, PASSED, SETTLED } from '../gate.ts';
import { isOpenWindow } from '../window-pointer.ts';

/** The run of an open window begins when the window closes: its message is sent for then. */
export const WINDOW_OPEN: Gate = {
  name: 'window-open',
  appliesTo: (_, { run }) => isFirstAttempt(run) && run.gathered !== undefined,
  async check(engine, { stored: { document: run } }) {
    if (!isOpenWindow(run, engine.clock.now())) return PASSED;
    await sendRunMessage(engine, run);
    return SETTLED;
  },
};
