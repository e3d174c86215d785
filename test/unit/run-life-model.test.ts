import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMMANDS } from './run-life/commands.ts';
import { Model } from './run-life/model.ts';
import { Site } from './run-life/site.ts';
import { ALL, NAMES } from './run-life/triggers.ts';
import { judge } from './run-life/verdict.ts';

/** More of them, or others: RUN_LIFE_RUNS=3000 RUN_LIFE_SEED=7. */
const numRuns = Number(process.env.RUN_LIFE_RUNS ?? 150);
const seed = Number(process.env.RUN_LIFE_SEED ?? 20_260_101);
const timeout = Math.max(60_000, numRuns * 400);

it('ends every run as its trigger allows, whatever happens meanwhile', { timeout }, async () => {
  const commands = fc.commands(COMMANDS, { maxCommands: 40, size: 'max' });
  const types = fc.subarray([ALL, ...NAMES], { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(types, commands, async (types, commands) => {
    const model = new Model(types);
    const site = new Site({
      keyOf: (eventId) => model.keyOf(eventId),
      isResubmitted: (runId) => model.resubmitted.has(runId),
    });
    await fc.asyncModelRun(() => ({ model, real: site }), commands);
    const isIdle = await site.finish();
    site.assertSound();
    expect(await judge(model, site, isIdle)).toEqual([]);
  });
  await fc.assert(property, { numRuns, seed });
});
