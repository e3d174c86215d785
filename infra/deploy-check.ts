import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { build } from './build.ts';
import { type AzdEnvironment, readAzdEnvironment } from './deploy/azd-environment.ts';
import { checkForm, checkParameters } from './deploy/check-bicep.ts';
import { checkBundle } from './deploy/check-bundle.ts';
import { checkCompiled } from './deploy/check-compiled.ts';
import { checkDefinitions } from './deploy/check-definitions.ts';
import { checkHost } from './deploy/check-host.ts';
import { checkQueues } from './deploy/check-queues.ts';
import { checkSecrets } from './deploy/check-secrets.ts';
import { checkSettings } from './deploy/check-settings.ts';
import { checkSubscription } from './deploy/check-subscription.ts';
import { checkValues } from './deploy/check-values.ts';
import { readDeployedSecrets } from './deploy/deployed-secrets.ts';
import type { Check, Finding, Outcome } from './deploy/finding.ts';

/** `npm run deploy:check` checks a deployment before anything is in Azure. */

const root = fileURLToPath(new URL('..', import.meta.url));

interface Options {
  readonly app: string;
  readonly built: boolean;
  readonly compiler: 'optional' | 'required';
}

const { app, built, compiler } = new Command('deploy:check')
  .description(
    'Checks what azd up would deploy: Bicep, parameters, settings, triggers, the bundle.',
  )
  .option('--app <dir>', 'the folder with infra/, shared/app and host.json', root)
  .option('--built', 'check build/ as it is, without building it', false)
  .addOption(
    new Option('--compiler <need>', 'required: a missing Bicep CLI is a fault')
      .choices(['optional', 'required'])
      .default('optional'),
  )
  .parse()
  .opts<Options>();

const azd = readAzdEnvironment(resolve(app), process.env);
// Code of the app may read its secrets when it is loaded.
Object.assign(process.env, readDeployedSecrets(azd.env).values);
const checks = toChecks(resolve(app), built, azd);
const findings: Finding[] = [];
for (const check of checks) findings.push(...(await report(check)));
if (findings.length > 0) process.exitCode = 1;
console.log(
  findings.length === 0 ? 'Ready to deploy.' : `Not ready: ${findings.length} to correct.`,
);

function toChecks(folder: string, isBuilt: boolean, azd: AzdEnvironment): readonly Check[] {
  const { env } = azd;
  return [
    { name: 'Bicep', run: () => checkForm(folder) },
    {
      name: 'Compiler',
      run: () => checkCompiled(folder, { env, isRequired: compiler === 'required' }),
    },
    { name: 'Parameters', run: () => checkParameters(folder) },
    { name: 'Values', run: () => checkValues(folder, env) },
    { name: 'Host', run: () => checkHost(folder) },
    { name: 'Settings', run: () => checkSettings(folder) },
    { name: 'Subscription', run: () => checkSubscription(env) },
    { name: 'Queues', run: () => checkQueues(folder, env) },
    { name: 'Triggers', run: () => checkDefinitions(folder, env) },
    { name: 'Secrets', run: () => checkSecrets(folder, azd) },
    {
      name: 'Bundle',
      run: () => (isBuilt ? checkBundle(join(folder, 'build')) : checkFreshBundle(folder)),
    },
  ];
}

/** Builds in a folder of its own, because azd packages `build/` at the same time. */
async function checkFreshBundle(app: string): Promise<Outcome> {
  const outDir = mkdtempSync(join(tmpdir(), 'heddle-check-'));
  try {
    await build({ outDir, app });
    return checkBundle(outDir);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Prints one line per check, with one line per finding below it. */
async function report({ name, run }: Check): Promise<readonly Finding[]> {
  const { findings: found, summary, warnings = [] } = await runOrFail(run);
  console.log(
    `${found.length === 0 ? 'ok    ' : 'FAULT '} ${name}${summary ? `: ${summary}` : ''}`,
  );
  for (const { file, what, fix } of found) console.log(`         ${file}: ${what}. Fix: ${fix}.`);
  for (const warning of warnings) console.log(`         warning: ${warning}`);
  return found;
}

/** Turns a failure of a check into a finding, so that the other checks still run. */
async function runOrFail(run: Check['run']): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { findings: [{ file: 'deploy:check', what, fix: 'see the message' }], summary: '' };
  }
}
