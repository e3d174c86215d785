import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import {
  type DefinitionVariables,
  readHandedOn,
  resolveDefinitions,
} from './deploy/resolve-definitions.ts';
import { setValues } from './hooks/azd-environment.mjs';

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

function setVariables(variables: DefinitionVariables): void {
  if ((process.env.AZURE_ENV_NAME ?? '') === '') {
    throw new Error('AZURE_ENV_NAME is not set: azd hooks run preprovision');
  }
  setValues({ ...variables });
  console.log('The definitions are in the azd environment.');
}
