import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkForm, checkParameters } from '../../../infra/deploy/check-bicep.ts';
import { checkBundle } from '../../../infra/deploy/check-bundle.ts';
import { checkDefinitions } from '../../../infra/deploy/check-definitions.ts';
import { checkQueues } from '../../../infra/deploy/check-queues.ts';
import { checkSettings } from '../../../infra/deploy/check-settings.ts';
import { checkSubscription } from '../../../infra/deploy/check-subscription.ts';
import type { Outcome } from '../../../infra/deploy/finding.ts';

const repository = resolve(import.meta.dirname, '../../..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-deploy-'));
  const isDeployment = (path: string) => !/infra\/(local|examples)/.test(path);
  cpSync(join(repository, 'infra'), join(root, 'infra'), { recursive: true, filter: isDeployment });
  cpSync(join(repository, 'host.json'), join(root, 'host.json'));
  // Files that users own are left out: they may hold anything.
  cpSync(join(repository, 'test/fixtures/user-app'), root, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function edit(path: string, from: string | RegExp, to: string): void {
  const before = readFileSync(join(root, path), 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(join(root, path), after);
}

function writeTriggers(text: string): void {
  writeFileSync(join(root, 'infra/triggers.yaml'), text);
}

const toTexts = ({ findings }: Outcome) => findings.map(({ file, what }) => `${file}: ${what}`);
const trigger = { name: 'a', source: 'github', actor: 'log' };

describe('deploy:check of the template', () => {
  test('names the line that is no Bicep', async () => {
    edit('infra/app/identity.bicep', 'param name string', 'param name = = string');
    expect(toTexts(await checkForm(root))[0]).toMatch(/^infra\/app\/identity\.bicep:1: no Bicep/);
  });

  test('finds parameters that only one side has, all at once', async () => {
    edit('infra/main.bicep', 'param alertEmail string', 'param alertMail string');
    expect(toTexts(await checkParameters(root))).toEqual([
      'infra/main.parameters.json: "alertEmail" is no parameter of main.bicep',
      'infra/main.parameters.json: the parameter "alertMail" of main.bicep is missing',
    ]);
  });

  test('refuses values in place of names: azd would replace templates inside them', async () => {
    edit('infra/main.parameters.json', /"\$\{HTTP_ALLOW_JSON\}"/, '[]');
    expect(toTexts(await checkParameters(root))[0]).toContain('"httpAllow" is not the name of one');
  });

  test('finds settings that nothing reads, that nobody writes, and secrets likewise', async () => {
    edit('infra/main.bicep', 'HEDDLE_LOG_LEVEL: ', 'HEDDLE_LOGLEVEL: ');
    edit('infra/main.bicep', /\n {2}SLACK_SIGNING_SECRET: .*/, '');
    expect(toTexts(await checkSettings(root))).toEqual([
      'infra/main.bicep: HEDDLE_LOGLEVEL is written, but nothing reads it',
      'infra/main.bicep: HEDDLE_LOG_LEVEL is read, but not written',
      'infra/main.bicep: SLACK_SIGNING_SECRET is read, but not written',
    ]);
  });

  test('knows the limits of Service Bus and the names of storage queues', async () => {
    edit('infra/app/service-bus.bicep', "lockDuration: 'PT1M'", "lockDuration: 'PT10M'");
    const env = { STORAGE_QUEUES_JSON: '["orders", "Orders"]' };
    expect(toTexts(await checkQueues(root, env))).toEqual([
      'infra/app/service-bus.bicep: lockDuration is "PT10M"',
      'STORAGE_QUEUES_JSON: "Orders" cannot be the name of a storage queue',
    ]);
  });
});

describe('deploy:check of the subscription', () => {
  test('says which regions there are, and what a network needs once', () => {
    expect(checkSubscription({}).summary).toContain('the region must be among az functionapp');
    const env = { AZURE_LOCATION: 'westeurope', VNET_ENABLED: 'true' };
    expect(checkSubscription(env).summary).toMatch(
      /westeurope must be among .*; VNET_ENABLED needs, once, az provider register --namespace Microsoft\.App/,
    );
  });
});

describe('deploy:check of the triggers', () => {
  test('takes those of the repository', async () => {
    expect((await checkDefinitions(root, {})).findings).toEqual([]);
  });

  test('reports every fault of the file with its line', async () => {
    writeTriggers('triggers:\n  - {name: a, source: nobody, actor: log}\n  - {name: b}\n');
    const texts = toTexts(await checkDefinitions(root, {})).join('\n');
    expect(texts).toContain('triggers.yaml:2 [a] unknown source "nobody"');
    expect(texts).toContain('triggers.yaml:3 [b]');
  });

  test('takes those of the azd environment in place of the file', async () => {
    writeTriggers('triggers: [{name: a}]');
    const env = { TRIGGERS_JSON: JSON.stringify([trigger]) };
    expect((await checkDefinitions(root, env)).summary).toMatch(/^1 triggers of TRIGGERS_JSON/);
    expect((await checkDefinitions(root, env)).findings).toEqual([]);
    expect(toTexts(await checkDefinitions(root, { TRIGGERS_JSON: '[{' }))).toEqual([
      expect.stringContaining('TRIGGERS_JSON is no JSON'),
    ]);
  });

  test('refuses a timeout that no lock lasts for', async () => {
    const env = { TRIGGERS_JSON: JSON.stringify([{ ...trigger, timeout: '60m' }]) };
    expect(toTexts(await checkDefinitions(root, env))).toEqual([
      'TRIGGERS_JSON: trigger a: a timeout of 3600 s is not shorter than the maxAutoLockRenewalDuration 01:00:00 of host.json',
    ]);
  });

  test('refuses a number that Bicep may round, with its line', async () => {
    writeTriggers(
      'triggers:\n  - name: a\n    source: github\n    actor: log\n    conditions: { id: 9007199254740993 }\n',
    );
    const { findings, summary } = await checkDefinitions(root, {});
    expect(findings).toMatchObject([
      { what: expect.stringMatching(/triggers\.yaml:5 no double holds/), fix: 'put it in quotes' },
    ]);
    expect(summary).not.toContain('warning');
    const env = {
      TRIGGERS_JSON: `[{"name":"a","source":"github","actor":"log","conditions":{"id":9007199254740993}}]`,
    };
    expect(toTexts(await checkDefinitions(root, env))).toEqual([
      expect.stringContaining('no double holds this number'),
    ]);
  });

  test('refuses what Bicep has no type for, or would read otherwise', async () => {
    writeTriggers(
      'triggers:\n  - {name: a, source: github, actor: log, conditions: {x: yes}, retry: {delay: 1s}}\n',
    );
    expect(toTexts(await checkDefinitions(root, {}))).toEqual([
      expect.stringContaining('YAML 1.1, and so perhaps Bicep, reads otherwise'),
    ]);
    writeTriggers('triggers:\n');
    expect(toTexts(await checkDefinitions(root, {}))).toEqual([
      'infra/triggers.yaml: has no list of triggers',
    ]);
  });

  test('refuses more than app settings can hold', async () => {
    const many = Array.from({ length: 100 }, (_, i) => {
      return { ...trigger, name: `t${i}`, description: 'x'.repeat(400) };
    });
    const texts = toTexts(await checkDefinitions(root, { TRIGGERS_JSON: JSON.stringify(many) }));
    expect(texts).toEqual([expect.stringMatching(/the triggers take \d{5} bytes of app settings/)]);
  });
});

describe('deploy:check of the bundle', () => {
  const bundle = (code: string) => {
    const folder = join(root, 'build');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"main": "index.mjs"}');
    writeFileSync(join(folder, 'index.mjs'), code);
    return checkBundle(folder);
  };
  const register = (names: readonly string[]) => `
    import { createRequire } from 'node:module';
    const core = createRequire(import.meta.url)('@azure/functions-core');
    for (const name of ${JSON.stringify(names)}) core.registerFunction({ name, bindings: {} });`;
  const needed = [
    'dispatch',
    'dispatch-ordered',
    'dead-letter',
    'dead-letter-ordered',
    'heartbeat',
  ];

  test('takes one that registers what the template knows by name', () => {
    const { findings, summary } = bundle(register(needed));
    expect(findings).toEqual([]);
    expect(summary).toMatch(/^5 functions, \d+ KB of JavaScript in 1 files$/);
  });

  test('loads it with the settings of Azure', () => {
    const code = register(needed).replace(
      'const core',
      "if (!process.env.ServiceBus__fullyQualifiedNamespace) throw new Error('not Azure');\nconst core",
    );
    expect(bundle(code).findings).toEqual([]);
  });

  test('says what is missing, what cannot be a name, and what does not load', () => {
    expect(toTexts(bundle(register([...needed.slice(1), 'bad name']))).join('\n')).toMatch(
      /does not register the function "dispatch".*\n.*"bad name" cannot be the name/,
    );
    expect(toTexts(bundle("throw new Error('the entry throws')"))[0]).toContain('the entry throws');
    expect(toTexts(checkBundle(join(root, 'nowhere')))[0]).toContain('has no package.json');
  });
});
