import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  type DefinitionVariables,
  readHandedOn,
  resolveDefinitions,
} from './deploy/resolve-definitions.ts';

/**
 * `node infra/resolve-definitions.ts` writes what the triggers file and TRIGGERS_JSON say into the
 * azd environment, from which Bicep gets it. The preprovision hook runs it, so it is never stale.
 */

const { app, print } = new Command('resolve-definitions')
  .description('Sets DEFINITIONS_B64 in the azd environment whose hook this is.')
  .option('--app <dir>', 'the folder with infra/', fileURLToPath(new URL('..', import.meta.url)))
  .option('--print', 'print the definitions as JSON, and set nothing', false)
  .parse()
  .opts<{ readonly app: string; readonly print: boolean }>();

try {
  const variables = await resolveDefinitions(resolve(app), process.env);
  const encoded = readHandedOn({ ...variables });
  if (print) console.log(Buffer.from(encoded, 'base64').toString('utf8'));
  else if (encoded === readHandedOn(process.env)) console.log('The definitions are unchanged.');
  else setVariables(variables);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** By a file, since the command line of Windows is too short. */
function setVariables(variables: DefinitionVariables): void {
  const name = process.env.AZURE_ENV_NAME ?? '';
  if (name === '') throw new Error('AZURE_ENV_NAME is not set: azd hooks run preprovision');
  const folder = mkdtempSync(join(tmpdir(), 'heddle-definitions-'));
  const file = join(folder, 'definitions.env');
  try {
    const lines = Object.entries(variables).map(([key, value]) => `${key}="${value}"\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    const args = ['env', 'set', '--file', file, '--environment', name];
    const { status, error, stderr } = spawnSync('azd', args, { cwd: app, encoding: 'utf8' });
    if (status !== 0) throw new Error(`azd env set failed: ${error?.message ?? stderr.trim()}`);
    console.log('The definitions are in the azd environment.');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
