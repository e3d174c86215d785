import { type Gate, isFirstAttempt, toOutcome } from '../gate.ts';

/** Skips replays, and runs that a replay has led to, of an actor with `replayable = false`. */
export const REPLAYABLE: Gate = {
  name: 'replayable',
  appliesTo: (_, { run }) => isFirstAttempt(run) && (run.isReplay || run.causedByReplay === true),
  async check({ actors }, { stored }) {
    const { actor } = stored.document;
    if (actors[actor]?.replayable !== false) return toOutcome(undefined);
    return toOutcome({ limit: 'replay', detail: `the actor "${actor}" is not to be replayed` });
  },
};
