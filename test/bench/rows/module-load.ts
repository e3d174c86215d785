import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleEntry } from '../../../infra/build.ts';
import { SECRET } from '../harness/deliveries.ts';
import type { Row, Settings } from '../harness/row.ts';
import { ROOT } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const ROUNDS = 21;
const LOADER = join(ROOT, 'test/bench/servers/load.cjs');
const ALONE = 'test/bench/servers/functions-alone.ts';

/** Milliseconds. */
interface Sample {
  /** Until every function was registered. */
  readonly loaded: number;
  /** Until the appStart hooks had run too: from then on functions are called. */
  readonly opened: number;
  /** From the start of the process to its end. */
  readonly process: number;
}

export const moduleLoad: Row = {
  name: 'module-load',
  about:
    'loading the deployed bundle, up to all functions registered, against @azure/functions alone',
  async run(settings) {
    const alone = join(settings.workDir, 'alone.cjs');
    await bundleEntry(ALONE, alone);
    const heddle = join(settings.bundleDir, 'index.cjs');
    const samples = { heddle: [] as Sample[], alone: [] as Sample[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const pair = { alone: load(alone, settings), heddle: load(heddle, settings) };
      // The first writes the database and brings the files into memory.
      if (round === 0) continue;
      samples.alone.push(pair.alone);
      samples.heddle.push(pair.heddle);
    }
    return [
      {
        ...{ name: 'module load of the bundle', unit: 'ms', bound: { atMost: 2 } },
        ...compare(samples, ({ loaded }) => loaded),
      },
      {
        ...{ name: 'the same with the app opened: triggers read, database open', unit: 'ms' },
        ...compare(samples, ({ opened }) => opened),
      },
      {
        ...{ name: 'the same with the start and end of Node', unit: 'ms' },
        ...compare(samples, (sample) => sample.process),
      },
    ];
  },
};

function compare(
  { heddle, alone }: { readonly heddle: readonly Sample[]; readonly alone: readonly Sample[] },
  pick: (sample: Sample) => number,
) {
  const [values, baselines] = [heddle.map(pick), alone.map(pick)];
  const ratio = toRatio(values, baselines);
  return { value: toSpread(values), baseline: toSpread(baselines), ratio };
}

function load(entry: string, { bundleDir, workDir }: Settings): Sample {
  const start = performance.now();
  const output = execFileSync(process.execPath, [LOADER, entry], {
    cwd: bundleDir,
    encoding: 'utf8',
    env: { HEDDLE_DATA_DIR: join(workDir, 'load'), GITHUB_WEBHOOK_SECRET: SECRET },
  });
  const line = /^\{.*\}$/m.exec(output)?.[0];
  if (line === undefined) throw new Error(`${entry} was not loaded: ${output}`);
  const times = JSON.parse(line) as Pick<Sample, 'loaded' | 'opened'>;
  return { ...times, process: performance.now() - start };
}
