import { type Gate, isFirstAttempt, toOutcome } from '../gate.ts';
import { pauseTrigger } from '../pause-trigger.ts';

/** A chain of runs that is too long is taken for a loop: the run is skipped, its trigger paused. */
export const DEPTH: Gate = {
  name: 'depth',
  appliesTo: ({ maxDepth }, { run }) => isFirstAttempt(run) && (run.depth ?? 0) > maxDepth,
  async check(engine, { stored, trigger: { name } }) {
    const { depth } = stored.document;
    const message = `${depth} runs have led to each other, of which ${engine.maxDepth} are allowed: it looks like a loop`;
    engine.logger.error(`Trigger ${name} is paused: ${message}`);
    await pauseTrigger(engine, name, { by: 'breaker', message });
    return toOutcome({ limit: 'depth', detail: message });
  },
};
