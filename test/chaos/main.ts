import { type Options, parseOptions, toHelp } from './harness/options.ts';
import { explain, formatOutcomes, isBad, summarize } from './harness/report.ts';
import { createSay } from './harness/say.ts';
import { type Outcome, runScenario } from './run-scenario.ts';
import { soak } from './soak.ts';

/** `npm run chaos`: see README.md. */

const MIN_LOAD_MS = 5000;
/** Starts, the last deliveries and the runs of what waits take about as long as the load. */
const LOAD_SHARE = 0.5;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(toHelp());
    return;
  }
  console.log(`Seed ${options.seed}; repeat with --seed ${options.seed}\n`);
  const isGood = options.soakMs === undefined ? await runAll(options) : await soak(options);
  // What the emulators leave behind would keep the process.
  process.exit(isGood ? 0 : 1);
}

async function runAll({ scenarios, modes, ...options }: Options): Promise<boolean> {
  const all = scenarios.flatMap((scenario) =>
    modes.filter((mode) => scenario.modes.includes(mode)).map((mode) => ({ scenario, mode })),
  );
  if (all.length === 0) throw new Error('--only, --mode: no scenario is of that mode');
  const share = (options.minutes * 60_000 * LOAD_SHARE) / all.length;
  const loadMs = Math.max(MIN_LOAD_MS, share);
  const outcomes: Outcome[] = [];
  for (const { scenario, mode } of all) {
    const say = createSay(`${scenario.name} (${mode})`);
    say(`${scenario.about}, for ${(loadMs / 1000).toFixed(0)} s`);
    const outcome = await runScenario({ ...options, scenario, mode, loadMs, say });
    say(summarize(outcome));
    outcomes.push(outcome);
  }
  console.log(`\n${formatOutcomes(outcomes)}\n`);
  for (const text of outcomes.map(explain)) if (text !== '') console.log(`${text}\n`);
  return !outcomes.some(isBad);
}

await main();
