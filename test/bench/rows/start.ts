import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOrigin } from '../../../shared/heddle/composition/read-origin.ts';
import { SECRET } from '../harness/deliveries.ts';
import { writeManyTriggers } from '../harness/many-triggers.ts';
import type { Result, Row, Settings } from '../harness/row.ts';
import { ROOT } from '../harness/servers.ts';
import { toSpread } from '../harness/statistics.ts';
import { IN_AZURE } from './module-load.ts';

const ROUNDS = 7;
const TRIGGERS = 1000;
const LOADER = join(ROOT, 'test/bench/servers/load.cjs');

/** Milliseconds until the app was opened: its triggers read and checked, its database open. */
interface Sample {
  readonly opened: number;
  readonly cpu: { readonly opened: number };
}

export const start: Row = {
  name: 'start',
  about: `opening the deployed bundle with ${TRIGGERS} triggers of ten kinds`,
  async run(settings) {
    const path = join(settings.workDir, 'many.yaml');
    writeFileSync(path, writeManyTriggers(TRIGGERS));
    const inAzure = { ...IN_AZURE, ...(await toSettings(path)) };
    const samples = { file: [] as Sample[], azure: [] as Sample[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const file = open(settings, { HEDDLE_TRIGGERS_FILE: path });
      const azure = open(settings, inAzure);
      if (round === 0) continue;
      samples.file.push(file);
      samples.azure.push(azure);
    }
    return [
      toResult(`start, ${TRIGGERS.toLocaleString('en')} triggers of a file`, samples.file),
      toResult('the same of settings in Azure mode', samples.azure),
    ];
  },
};

function toResult(name: string, samples: readonly Sample[]): Result {
  const cpu = toSpread(samples.map((sample) => sample.cpu.opened));
  return {
    ...{ name, unit: 'ms', bound: { atMost: 2000 } },
    value: toSpread(samples.map(({ opened }) => opened)),
    note: `processor time ${cpu.median.toFixed(0)} ms, least ${cpu.min.toFixed(0)} ms`,
  };
}

/** The settings that infra/app/function-app.bicep would make of the file, were there room for them. */
async function toSettings(path: string): Promise<Readonly<Record<string, string>>> {
  const { read } = await readOrigin({ path });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  const encoded = Buffer.from(JSON.stringify(read.value)).toString('base64');
  const chunks = encoded.match(/.{1,60000}/g) ?? [];
  return Object.fromEntries(
    chunks.map((chunk, index) => [`TRIGGERS_B64_${String(index).padStart(2, '0')}`, chunk]),
  );
}

/** Each start is the first of its data folder. */
function open({ bundleDir, workDir }: Settings, env: Readonly<Record<string, string>>): Sample {
  const dataDir = join(workDir, 'start');
  rmSync(dataDir, { recursive: true, force: true });
  const output = execFileSync(process.execPath, [LOADER, join(bundleDir, 'index.mjs')], {
    cwd: bundleDir,
    encoding: 'utf8',
    env: {
      ...{ HEDDLE_DATA_DIR: dataDir, GITHUB_WEBHOOK_SECRET: SECRET },
      ...{ HEDDLE_LOG_LEVEL: 'error', ...env },
    },
  });
  const line = /^\{.*\}$/m.exec(output)?.[0];
  if (line === undefined) throw new Error(`the app was not opened: ${output}`);
  return JSON.parse(line) as Sample;
}
