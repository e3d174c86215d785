import { type Gate, isFirstAttempt, toOutcome } from '../gate.ts';

/** The trigger may have been disabled since its run was made. A run that has begun goes on. */
export const ENABLED: Gate = {
  name: 'enabled',
  appliesTo: (_, { run, trigger }) => isFirstAttempt(run) && !trigger.enabled,
  check: async () => toOutcome({ limit: 'disabled', detail: 'the trigger says "enabled: false"' }),
};
