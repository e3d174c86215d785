import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../infra/build.ts';
import { type Options, parseOptions, toHelp } from './harness/options.ts';
import { formatTable, readMachine } from './harness/report.ts';
import type { Result, Row, Settings } from './harness/row.ts';
import { ROOT } from './harness/servers.ts';
import { actorStart } from './rows/actor-start.ts';
import { azureCpu } from './rows/azure-cpu.ts';
import { catalogue } from './rows/catalogue.ts';
import { files } from './rows/files.ts';
import { ingest } from './rows/ingest.ts';
import { latency } from './rows/latency.ts';
import { limits } from './rows/limits.ts';
import { matching } from './rows/matching.ts';
import { memory } from './rows/memory.ts';
import { moduleLoad } from './rows/module-load.ts';
import { numbers } from './rows/numbers.ts';
import { pageCache } from './rows/page-cache.ts';
import { schedule } from './rows/schedule.ts';
import { start } from './rows/start.ts';

/** `npm run bench` measures the figures of the design. */

const ROWS: readonly Row[] = [
  moduleLoad,
  start,
  matching,
  catalogue,
  actorStart,
  ingest,
  latency,
  memory,
  numbers,
  files,
  pageCache,
  schedule,
  limits,
  azureCpu,
];

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), ROWS);
  if (options === undefined) console.log(toHelp(ROWS));
  else await measure(options);
}

async function measure({ rows, seconds, json }: Options): Promise<void> {
  const machine = readMachine();
  console.log(`Node ${machine.node}, ${machine.cpus} × ${machine.model}, ${machine.platform}\n`);
  const workDir = createWorkDir();
  try {
    const bundleDir = join(workDir, 'app');
    await build({ outDir: bundleDir });
    const results: Result[] = [];
    for (const row of rows) {
      const settings = { seconds, workDir, bundleDir, say: createSay(row) };
      results.push(...(await runRow(row, settings)));
    }
    if (json !== undefined) writeJson(json, { machine, seconds, results });
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/**
 * Creates the folder in the repository: the system's temporary folder may be in memory, which no
 * flush reaches.
 */
function createWorkDir(): string {
  const parent = join(ROOT, '.heddle');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'bench-'));
}

async function runRow(row: Row, settings: Settings): Promise<readonly Result[]> {
  console.log(`${row.name}: ${row.about}`);
  const results = await row.run(settings);
  console.log(`\n${formatTable(results)}\n`);
  for (const { name, note } of results) if (note !== undefined) console.log(`${name}: ${note}`);
  console.log();
  return results;
}

/** Writes progress to standard error; the table goes to standard output. */
function createSay({ name }: Row): (text: string) => void {
  return (text) => console.error(`… ${name}: ${text}`);
}

function writeJson(path: string, report: object): void {
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${path}`);
}

await main();
