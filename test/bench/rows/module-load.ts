import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleEntry } from '../../../infra/build.ts';
import { SECRET } from '../harness/deliveries.ts';
import type { Result, Row, Settings } from '../harness/row.ts';
import { ROOT } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';

const ROUNDS = 21;
const LOADER = join(ROOT, 'test/bench/servers/load.cjs');
const ALONE = 'test/bench/servers/functions-alone.ts';

/** Settings as infra/main.bicep sets them. Nothing is called, so the services need not exist. */
export const IN_AZURE = {
  WEBSITE_SITE_NAME: 'heddle',
  ServiceBus__fullyQualifiedNamespace: 'heddle.servicebus.windows.net',
  Cosmos__accountEndpoint: 'https://heddle.documents.azure.com',
  AzureWebJobsStorage__blobServiceUri: 'https://heddle.blob.core.windows.net',
  AzureWebJobsStorage__queueServiceUri: 'https://heddle.queue.core.windows.net',
  TRIGGERS_B64_00: Buffer.from(
    JSON.stringify({
      sources: { github: {} },
      triggers: [{ name: 'log-all', source: 'github', actor: 'log' }],
    }),
  ).toString('base64'),
};

/** Milliseconds. */
interface Sample {
  /** Until every function was registered. */
  readonly loaded: number;
  /** Until the appStart hooks had run too; functions are called from then on. */
  readonly opened: number;
  /** Processor time until either, which a busy machine distorts less. */
  readonly cpu: { readonly loaded: number; readonly opened: number };
  /** From the start of the process to its end. */
  readonly process: number;
}

export const moduleLoad: Row = {
  name: 'module-load',
  about:
    'loading the deployed bundle, up to all functions registered, against @azure/functions alone',
  async run(settings) {
    const aloneDir = join(settings.workDir, 'alone');
    await bundleEntry(ALONE, aloneDir);
    const alone = join(aloneDir, 'index.mjs');
    const heddle = join(settings.bundleDir, 'index.mjs');
    const samples = { heddle: [] as Sample[], azure: [] as Sample[], alone: [] as Sample[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const taken = {
        alone: load(alone, settings),
        heddle: load(heddle, settings),
        azure: load(heddle, settings, IN_AZURE),
      };
      // The first round writes the database and loads the files into memory.
      if (round === 0) continue;
      samples.alone.push(taken.alone);
      samples.heddle.push(taken.heddle);
      samples.azure.push(taken.azure);
    }
    const { alone: baseline } = samples;
    return [
      {
        ...{ name: 'module load of the bundle', unit: 'ms', bound: { atMost: 2 } },
        ...compare(samples.heddle, baseline, ({ loaded }) => loaded),
      },
      {
        ...{ name: 'the same with the app opened: triggers read, database open', unit: 'ms' },
        ...compare(samples.heddle, baseline, ({ opened }) => opened),
      },
      {
        ...{ name: 'the same on Service Bus and Cosmos DB, before any client', unit: 'ms' },
        ...compare(samples.azure, baseline, ({ opened }) => opened),
      },
      {
        ...{ name: 'the same with the start and end of Node', unit: 'ms' },
        ...compare(samples.heddle, baseline, (sample) => sample.process),
      },
      toTarget('functions registered in Azure mode', samples.azure, 'loaded', 25),
      toTarget('app opened in Azure mode', samples.azure, 'opened', 100),
    ];
  },
};

/** A target in milliseconds, for a machine that does nothing else. */
function toTarget(
  name: string,
  samples: readonly Sample[],
  until: 'loaded' | 'opened',
  atMost: number,
): Result {
  const value = toSpread(samples.map((sample) => sample[until]));
  const cpu = toSpread(samples.map((sample) => sample.cpu[until]));
  const note = `processor time ${cpu.median.toFixed(0)} ms, least ${cpu.min.toFixed(0)} ms`;
  return { name, unit: 'ms', value, bound: { atMost }, note };
}

function compare(
  samples: readonly Sample[],
  baseline: readonly Sample[],
  pick: (sample: Sample) => number,
) {
  const [values, baselines] = [samples.map(pick), baseline.map(pick)];
  const ratio = toRatio(values, baselines);
  return { value: toSpread(values), baseline: toSpread(baselines), ratio };
}

function load(
  entry: string,
  { bundleDir, workDir }: Settings,
  env: Readonly<Record<string, string>> = {},
): Sample {
  const start = performance.now();
  const output = execFileSync(process.execPath, [LOADER, entry], {
    cwd: bundleDir,
    encoding: 'utf8',
    env: { HEDDLE_DATA_DIR: join(workDir, 'load'), GITHUB_WEBHOOK_SECRET: SECRET, ...env },
  });
  const line = /^\{.*\}$/m.exec(output)?.[0];
  if (line === undefined) throw new Error(`${entry} was not loaded: ${output}`);
  const times = JSON.parse(line) as Omit<Sample, 'process'>;
  return { ...times, process: performance.now() - start };
}
