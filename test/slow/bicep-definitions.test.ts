import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBicepCli, runBicep } from '../../infra/deploy/bicep-cli.ts';
import { resolveDefinitions } from '../../infra/deploy/resolve-definitions.ts';
import {
  createTriggersFolder,
  readFromFile,
  readFromSettings,
} from '../helpers/sent-definitions.ts';

/**
 * What Bicep's own compiler makes of the triggers file, and what arrives in the settings as its
 * snapshots evaluate them. Skipped where no Bicep CLI is found: set BICEP to its path.
 */

const repository = resolve(import.meta.dirname, '../..');
const cli = findBicepCli(process.env);
const hasBicep = 'path' in cli;
const TIMEOUT = 60_000;

let root: string;

beforeEach(() => {
  root = createTriggersFolder('triggers: []\n');
  for (const name of ['main.bicep', 'types.bicep', 'app']) {
    cpSync(join(repository, 'infra', name), join(root, 'infra', name), { recursive: true });
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function bicep(...args: string[]): string {
  if (!('path' in cli)) throw new Error(cli.why);
  const { isDone, stderr } = runBicep(cli, args, root);
  return isDone ? '' : stderr;
}

/** Compiles a triggers file alone, against its type. @returns the errors */
function compile(yaml: string): readonly string[] {
  writeFileSync(join(root, 'infra/triggers.yaml'), yaml);
  const code = `import { triggersFile } from 'types.bicep'
param definitions triggersFile = loadYamlContent('triggers.yaml')
output text string = string(definitions)`;
  writeFileSync(join(root, 'infra/alone.bicep'), code);
  const found = bicep('build', 'infra/alone.bicep', '--outfile', join(root, 'alone.json'));
  return found.split('\n').filter((line) => line.includes(': Error '));
}

/** The settings with definitions that main.bicep would write. */
function evaluate(variables: Readonly<Record<string, string>> = {}) {
  const given = Object.entries({ environmentName: 'x', location: 'swedencentral', ...variables });
  const lines = given.map(([name, value]) => `param ${name} = '${value}'\n`);
  writeFileSync(join(root, 'x.bicepparam'), `using 'infra/main.bicep'\n${lines.join('')}`);
  const where = ['--subscription-id', '00000000-0000-0000-0000-000000000001', '--location', 'x'];
  expect(bicep('snapshot', 'x.bicepparam', '--mode', 'overwrite', ...where)).toBe('');
  const text = readFileSync(join(root, 'x.snapshot.json'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/(TRIGGERS_B64_\d\d)\W+([A-Za-z0-9+/=]+)/g)].map(([, name, chunk]) => [
      String(name),
      String(chunk),
    ]),
  );
}

/** Shapes that Bicep's reader of YAML and the app's agree on. */
const ORDINARY = `
triggers:
  - &first
    name: a
    source: github
    actor: log
    description: "ä 中 \\u2028, 'quotes' and \\\\"
    conditions: { ref: [refs/heads/main, "[concat('x')]"], n: [1, -7, 1.5, 1.0, 1e3, 0x1F, 0o17, 0777, .5] }
    variables:
      text: "{{ event.x }} \${HOME} $(id)"
      block: |
        one

        two
      folded: >-
        one
        line
  - { <<: *first, name: b, enabled: false, retentionDays: 3 }
  - name: c
    source: github
    actor: log
    defaultInputs: { date: "2024-01-02T03:04:05Z", when: "2024-01-02", no: "no", empty: ~, list: [], map: {}, Ref: 1, ref: 2 }
sources:
  github:
  acme: { kind: standard, secrets: [ACME_SECRET], rateLimit: { max: 3, window: 1m } }
limits: { mail: { maxConcurrent: 3, throttle: { limit: 5, period: 1m } } }
calendars: { holidays: ["2026-12-25", 12-26] }
defaults: { retry: { maxAttempts: 3 }, onFailure: log }
quotas: [{ name: mail }]
`;

/** Shapes that they do not agree on, beside those. */
const ODD = `${ORDINARY}
odd:
  empty: { a: , b: 1 }
  emoji: "😀 \\U0001F600"
  words: [1_000, 0b11, 2024-01-02, yes, off, y, 1:30]
  merged: { <<: [{ x: 1, z: 1 }, { x: 2, y: 2 }] }
  big: [12345678901234567890, 9007199254740993, 1e400]
  many: [${Array.from({ length: 900 }, (_, i) => `{ name: t${i}, text: "${'x'.repeat(9)}" }`)}]
later: more.yaml
`;

describe.skipIf(!hasBicep)('with the Bicep CLI', () => {
  test('a file arrives as it stands where Bicep reads it', { timeout: TIMEOUT }, async () => {
    writeFileSync(join(root, 'infra/triggers.yaml'), ORDINARY);
    expect(await readFromSettings(evaluate())).toEqual(await readFromFile(root));
  });

  test('any file arrives as the app reads it by the hook', { timeout: TIMEOUT }, async () => {
    const yaml = ODD.replaceAll('\n', '\r\n');
    writeFileSync(join(root, 'infra/triggers.yaml'), yaml);
    const variables = await resolveDefinitions(root, {});
    expect(variables.DEFINITIONS_B64_2).not.toBe('');
    const settings = evaluate({
      definitionsB64: variables.DEFINITIONS_B64,
      definitionsB64More: variables.DEFINITIONS_B64_2,
    });
    expect(Object.keys(settings).length).toBeGreaterThan(3);
    expect(await readFromSettings(settings)).toEqual(await readFromFile(root));
  });

  test('the types take every file of the examples and fixtures', { timeout: TIMEOUT }, () => {
    const examples = readdirSync(join(repository, 'infra/examples')).filter((name) =>
      name.endsWith('.yaml'),
    );
    const files = [
      ...examples.map((name) => `infra/examples/${name}`),
      'infra/examples/event-triggers/triggers.yaml',
      'test/fixtures/user-app/infra/triggers.yaml',
    ];
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(compile(readFileSync(join(repository, file), 'utf8')), file).toEqual([]);
    }
  });

  const trigger = 'source: github, actor: log';
  test.each([
    [`triggers: [{ ${trigger} }]`, '"name"'],
    [`triggers: [{ name: a, ${trigger}, enabeld: true }]`, '"enabeld" is not allowed'],
    [`triggers: [{ name: a, ${trigger}, overlap: wait }]`, '"overlap"'],
    ['sources: { acme: { kind: 1 } }', '"kind" expected a value of type'],
    ['triggers: { name: a }', 'triggers'],
  ])('the types find what is wrong: %s', { timeout: TIMEOUT }, (yaml, found) => {
    expect(compile(yaml)).toEqual([expect.stringContaining(found)]);
  });

  test('the types let parts through that they do not know', { timeout: TIMEOUT }, () => {
    expect(compile('quotas: { mail: 3 }\nlater: more.yaml')).toEqual([]);
  });
});
