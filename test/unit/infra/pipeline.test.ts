import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findDeclarations, readBicep } from '../../../infra/deploy/bicep.ts';

/** What cannot be run here: the workflow that `azd pipeline config` sets up. */

const root = resolve(import.meta.dirname, '../../..');
const readYaml = (path: string) => parse(readFileSync(join(root, path), 'utf8'));
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly permissions?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const { pipeline, hooks } = readYaml('azure.yaml') as {
  readonly pipeline: Readonly<Record<'variables' | 'secrets', readonly string[]>>;
  readonly hooks: Readonly<Record<string, { readonly run: string }>>;
};
const { jobs } = readYaml('.github/workflows/azure-dev.yml') as {
  readonly jobs: Readonly<Record<'test' | 'deploy', Job>>;
};
const steps = [...jobs.test.steps, ...jobs.deploy.steps];
const toName = (step: Step) => step.name ?? step.uses?.split('@', 1)[0];

/** From which the preprovision hook makes the parameter. */
const OF_DEFINITIONS = ['TRIGGERS_JSON', 'SOURCES_JSON'];

/** Set by azd itself or by a hook, and names that GitHub refuses. */
const NOT_LISTED =
  /^(DEFINITIONS_B64.*|AZURE_(ENV_NAME|LOCATION|PRINCIPAL_ID|PRINCIPAL_TYPE)|GITHUB_.*)$/;

async function readNames(isSecure: boolean): Promise<readonly string[]> {
  const declared = findDeclarations(await readBicep(join(root, 'infra/main.bicep')), 'parameter');
  const { parameters } = readJson('infra/main.parameters.json');
  return declared
    .filter(({ decorators }) => decorators.includes('@secure()') === isSecure)
    .flatMap(({ name }) => parameters[name]?.value.slice(2, -1) ?? [])
    .filter((name) => !NOT_LISTED.test(name));
}

describe('the pipeline', () => {
  test('hands over every parameter, and every secure one as a secret', async () => {
    const variables = [...OF_DEFINITIONS, ...(await readNames(false))];
    expect([...pipeline.variables].sort()).toEqual(variables.sort());
    expect([...pipeline.secrets].sort()).toEqual([...(await readNames(true))].sort());
  });

  test('gives each of them to the step that fills the azd environment, and to no other', () => {
    const given = [
      ...pipeline.variables.map((name) => [name, `\${{ vars.${name} }}`]),
      ...pipeline.secrets.map((name) => [name, `\${{ secrets.${name} }}`]),
    ];
    const withEnv = steps.filter(({ env }) => env);
    expect(withEnv.map(({ env }) => env)).toEqual([Object.fromEntries(given)]);
    expect(withEnv[0]?.run).toContain('node infra/hooks/ci-environment.mjs');
    expect(Object.keys(jobs.deploy.env ?? {}).every((name) => name.startsWith('AZURE_'))).toBe(
      true,
    );
  });

  test('tests, checks, provisions, deploys and tries, in this order', () => {
    expect(jobs.deploy.needs).toBe('test');
    expect(jobs.test.steps.map(toName).at(-1)).toBe('Test');
    expect(jobs.deploy.steps.map(toName).slice(2)).toEqual([
      ...['Azure/setup-azd', 'Sign in', 'Make the azd environment', 'Check', 'Provision'],
      ...['Deploy', 'azure/login', 'Smoke test'],
    ]);
  });

  test('signs in without a password, in the job that deploys alone', () => {
    expect(jobs.deploy.permissions).toMatchObject({ 'id-token': 'write' });
    expect(jobs.test.permissions).toBeUndefined();
    expect(JSON.stringify(jobs)).not.toContain('AZURE_CREDENTIALS');
  });

  test('runs actions by their commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(4);
    for (const one of used) expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test('runs scripts and files that are there', () => {
    const { scripts } = readJson('package.json');
    const texts = [...steps, ...Object.values(hooks)].flatMap(({ run }) => run ?? []);
    const called = texts.flatMap((text) => [...text.matchAll(/npm (?:run )?([\w:]+)/g)]);
    expect(called.map(([, name]) => name)).toEqual(['test', 'deploy:check', 'deploy:smoke']);
    for (const [, name = ''] of called) expect(scripts).toHaveProperty([name]);
    const files = texts.flatMap((text) => [...text.matchAll(/node (\S+)/g)]);
    expect(files).toHaveLength(6);
    for (const [, path = ''] of files) expect(() => readFileSync(join(root, path))).not.toThrow();
  });
});
