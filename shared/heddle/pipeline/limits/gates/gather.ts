import { gatherInWindow } from '../event-window.ts';
import { type Gate, isFreshEvent, SETTLED } from '../gate.ts';

/** `debounce` and `batch`: the event joins an open window, or its run becomes a window. */
export const GATHER: Gate = {
  name: 'gather',
  appliesTo: (_, { run, trigger: { debounce, batch } }) =>
    isFreshEvent(run) && (debounce !== undefined || batch !== undefined),
  async check(engine, passing) {
    await gatherInWindow(engine, passing.stored, passing);
    return SETTLED;
  },
};
