import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ConfigError } from '../shared/heddle/errors/errors.ts';
import { loadUserApp } from './user-app.ts';
import { type Report, toText, validateFile } from './validate/validate-file.ts';

/** `npm run validate -- [file...]` checks whether the app would accept a triggers file. */

const program = new Command('validate')
  .description('Finds every fault of triggers files, with its line; nothing is started or sent.')
  .argument('[file...]', 'YAML or JSON', ['infra/triggers.yaml'])
  .option(
    '--app <dir>',
    'the folder with shared/app',
    fileURLToPath(new URL('..', import.meta.url)),
  )
  .option('--strict', 'end with 1 for warnings too', false)
  .option('--json', 'print the result as a JSON list, one object for each file', false)
  .addHelpText(
    'after',
    '\nEnds with 0 where all files are sound, else with 1; with --strict also for warnings.',
  )
  .parse();

interface Options {
  readonly app: string;
  readonly json: boolean;
  readonly strict: boolean;
}

const { app, json, strict } = program.opts<Options>();
const files: readonly string[] = program.processedArgs[0];

async function validateAll(): Promise<readonly Report[]> {
  const known = await loadUserApp(resolve(app));
  return Promise.all(files.map((file) => validateFile(file, known)));
}

try {
  const reports = await validateAll();
  if (json) console.log(JSON.stringify(reports, null, 2));
  else for (const report of reports) console.log(toText(report));
  const isFailed = ({ isSound, warnings }: Report) => !isSound || (strict && warnings.length > 0);
  if (reports.some(isFailed)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
