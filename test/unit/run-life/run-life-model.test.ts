import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';
import { COMMANDS } from './commands.ts';
import { Model } from './model.ts';
import { Site } from './site.ts';
import { ALL, NAMES } from './triggers.ts';
import { judge } from './verdict.ts';

/** For more or other cases: RUN_LIFE_RUNS=3000 RUN_LIFE_SEED=7. */
const numRuns = Number(process.env.RUN_LIFE_RUNS ?? 150);
const seed = Number(process.env.RUN_LIFE_SEED ?? 20_260_101);
const timeout = Math.max(60_000, numRuns * 400);

/** Acts on a site, and then lets it come to rest. */
async function play(
  types: readonly string[],
  act: (model: Model, site: Site) => Promise<void>,
): Promise<void> {
  const model = new Model(types);
  const site = new Site({
    keyOf: (eventId) => model.keyOf(eventId),
    isResubmitted: (runId) => model.resubmitted.has(runId),
  });
  await act(model, site);
  const isIdle = await site.finish(model.paused);
  site.assertSound();
  expect(await judge(model, site, isIdle)).toEqual([]);
}

describe('every run ends as its trigger allows, and nothing is lost or left', () => {
  it('whatever happens meanwhile', { timeout }, async () => {
    const types = fc.subarray([ALL, ...NAMES], { minLength: 1, maxLength: 3 });
    const commands = fc.commands(COMMANDS, { maxCommands: 40, size: 'max' });
    const property = fc.asyncProperty(types, commands, (types, commands) =>
      play(types, (model, real) => fc.asyncModelRun(() => ({ model, real }), commands)),
    );
    await fc.assert(property, { numRuns, seed });
  });

  it.each(Object.entries(CASES))('%s', (_name, { types, steps }) =>
    play(types, async (model, site) => {
      for (const step of steps) await step.run(model, site);
    }),
  );
});
