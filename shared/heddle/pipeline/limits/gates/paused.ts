import { type Gate, isFirstAttempt, PASSED, SETTLED } from '../gate.ts';
import { holdWhilePaused } from '../hold-while-paused.ts';

/** A paused trigger holds its runs, drops them, or keeps the last, as `whilePaused` says. */
export const PAUSED: Gate = {
  name: 'paused',
  appliesTo: ({ states }, { run, trigger }) =>
    isFirstAttempt(run) && states.of(trigger.name) !== undefined,
  async check(engine, passing) {
    const state = engine.states.of(passing.trigger.name);
    if (state?.status !== 'paused') return PASSED;
    await holdWhilePaused(engine, passing, state);
    return SETTLED;
  },
};
