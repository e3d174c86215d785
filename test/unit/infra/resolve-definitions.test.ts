import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify, type ToStringOptions } from 'yaml';
import {
  readHandedOn,
  resolveDefinitions,
  toVariables,
} from '../../../infra/deploy/resolve-definitions.ts';
import {
  createTriggersFolder,
  readFromFile,
  readFromSettings,
  toSettings,
} from '../../helpers/sent-definitions.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function write(yaml: string): string {
  const root = createTriggersFolder(yaml);
  folders.push(root);
  return root;
}

/** What the deployed app reads once the hook has run. */
async function arrive(root: string, env: Readonly<Record<string, string>> = {}) {
  const variables = await resolveDefinitions(root, env);
  return readFromSettings(toSettings(readHandedOn({ ...variables })));
}

/** Values that readers of YAML are known to disagree on. */
const SHAPES = {
  'numbers beyond doubles':
    'a: 12345678901234567890\nb: 9007199254740993\nc: 1e400\nd: 0x7fffffffffffffff',
  'other numbers':
    'a: 1.0\nb: 1e3\nc: .5\nd: 5.\ne: +7\nf: -0\ng: 0o17\nh: 0x1F\ni: 0777\nj: 1_000\nk: 0b11\nl: 1:30',
  dates: 'a: 2024-01-02\nb: 2024-01-02T03:04:05Z\nc: 2024-01-02 03:04:05 +01:00',
  'words for yes and no': 'a: yes\nb: No\nc: on\nd: OFF\ne: y\nf: TRUE\ng: True\nh: "true"',
  'nothing at all': 'a:\nb: ~\nc: null\nd: ""\ne: []\nf: {}\ng: Null',
  blocks: 'a: |\n  one\n\n  two\nb: >-\n  folded\n  line\nc: |+\n  kept\n\nd: plain\n  goes on',
  'ends of lines as in Windows': 'a: |\r\n  one\r\n  two\r\nb: "x\\r\\ny"\r\nc: z\r\n',
  'a mark of the order of bytes': '\uFEFFtriggers: []\n',
  anchors: 'a: &x { p: 1, q: [1, 2] }\nb: *x\nc: [*x, *x]',
  'merge keys':
    'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], w: 0 }\nd: { y: 9, <<: *b }',
  unicode: 'a: "ä 中 \u2028 😀"\nb: 😀\nc: "\\U0001F600 \\ud83d"\n"k😀": é',
  keys: '1: a\ntrue: b\nnull: c\nRef: d\nref: e\n__proto__: { x: 1 }\nconstructor: f\n"": g',
  'texts that templates and shells take for theirs': `a: "[concat('x')]"\nb: "\${HOME} $(id) \`id\` %PATH% !x"\nc: "{{ event.x }}"\nd: '\\ " '' '\ne: $.a[*]`,
  'all parts':
    'triggers: [{ name: a }]\nsources: { acme: { kind: standard } }\nlimits: { mail: 3 }\ncalendars: [x]',
};

describe('what the file says', () => {
  test.each(Object.entries(SHAPES))('arrives as it is read on a laptop: %s', async (_, yaml) => {
    const root = write(yaml);
    const read = await readFromFile(root);
    expect(read).not.toEqual([expect.objectContaining({ line: expect.any(Number) })]);
    expect(await arrive(root)).toEqual(read);
  });

  test('arrives whatever it is', async () => {
    const parts = fc.dictionary(
      fc.string({ unit: 'binary' }),
      fc.jsonValue({ stringUnit: 'binary' }),
    );
    const form = fc.record({
      defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL'),
      indent: fc.integer({ min: 1, max: 4 }),
      collectionStyle: fc.constantFrom('any', 'block', 'flow'),
    });
    await fc.assert(
      fc.asyncProperty(parts, form, fc.boolean(), async (value, options, isWindows) => {
        const yaml = stringify(value, options as ToStringOptions);
        const root = createTriggersFolder(isWindows ? yaml.replaceAll('\n', '\r\n') : yaml);
        try {
          const read = await readFromFile(root);
          // A text that YAML cannot write is no matter of the way.
          fc.pre(!Array.isArray(read) && read !== null);
          expect(await arrive(root)).toEqual(read);
        } finally {
          rmSync(root, { recursive: true, force: true });
        }
      }),
      { numRuns: 100 },
    );
  });

  test('arrives with the files that it includes, and without what only holds anchors', async () => {
    const root = write('include: more.yaml\nx-a: &a 1\nlimits: { a: *a }\n');
    writeFileSync(join(root, 'infra/more.yaml'), 'triggers: [{ name: b }]\nlimits: { b: 2 }\n');
    expect(await arrive(root)).toEqual({ limits: { a: 1, b: 2 }, triggers: [{ name: 'b' }] });
    writeFileSync(join(root, 'infra/more.yaml'), 'triggers: [\n');
    await expect(resolveDefinitions(root, {})).rejects.toThrow(/more\.yaml:\d .*deploy:check$/);
  });

  test('is refused where it cannot be read, with the line', async () => {
    await expect(resolveDefinitions(write('triggers: [\n'), {})).rejects.toThrow(
      /^infra\/triggers\.yaml:\d .*npm run deploy:check$/,
    );
    await expect(resolveDefinitions(write(''), {})).rejects.toThrow('write "triggers: []"');
    await expect(resolveDefinitions(write('- a\n'), {})).rejects.toThrow('has no parts');
    await expect(resolveDefinitions(write('a: 1\na: 2\n'), { SOURCES_JSON: '{}' })).rejects.toThrow(
      /triggers\.yaml:2/,
    );
  });
});

describe('what the azd environment says', () => {
  const root = () => write('triggers: [{ name: file }]\nsources: { a: {} }\nlimits: { mail: 3 }\n');

  test('takes the place of a part of the file, and the others stay', async () => {
    const triggers = [{ name: 'env' }];
    expect(await arrive(root(), { TRIGGERS_JSON: JSON.stringify(triggers) })).toEqual({
      triggers,
      sources: { a: {} },
      limits: { mail: 3 },
    });
    expect(await arrive(root(), { SOURCES_JSON: '{"b":{}}' })).toEqual({
      triggers: [{ name: 'file' }],
      sources: { b: {} },
      limits: { mail: 3 },
    });
  });

  test('takes the place of the whole file where it is an object', async () => {
    const whole = { triggers: [{ name: 'env' }], calendars: { holidays: ['2026-12-25'] } };
    const TRIGGERS_JSON = JSON.stringify(whole);
    expect(await arrive(root(), { TRIGGERS_JSON })).toEqual(whole);
    expect(await arrive(root(), { TRIGGERS_JSON, SOURCES_JSON: '{"b":{}}' })).toEqual({
      ...whole,
      sources: { b: {} },
    });
  });

  test.each(['', '  ', 'null'])(
    'counts as nothing where it is blank: "%s"',
    async (TRIGGERS_JSON) => {
      expect(await arrive(root(), { TRIGGERS_JSON })).toMatchObject({
        triggers: [{ name: 'file' }],
      });
    },
  );

  test('keeps numbers that no double holds, as the app reads them', async () => {
    const TRIGGERS_JSON = '{"triggers":[{"conditions":{"id":12345678901234567890}}]}';
    const { DEFINITIONS_B64 } = await resolveDefinitions(root(), { TRIGGERS_JSON });
    expect(Buffer.from(DEFINITIONS_B64, 'base64').toString()).toBe(TRIGGERS_JSON);
  });

  test('may begin with a mark of the order of bytes, as shells of Windows write it', async () => {
    expect(await arrive(root(), { TRIGGERS_JSON: '\uFEFF{"triggers":[]}\r\n' })).toEqual({
      triggers: [],
    });
  });
});

describe('the variables', () => {
  test('hold letters and digits only, and no more than Windows passes on', async () => {
    const triggers = Array.from({ length: 300 }, (_, i) => ({
      name: `t${i}`,
      x: '😀"$\\'.repeat(9),
    }));
    const root = write(JSON.stringify({ triggers }));
    const variables = await resolveDefinitions(root, {});
    for (const text of Object.values(variables)) expect(text).toMatch(/^[A-Za-z0-9+/=]*$/);
    expect(variables.DEFINITIONS_B64.length).toBeLessThan(32_767);
    expect(variables.DEFINITIONS_B64_2.length).toBeGreaterThan(0);
    expect(await arrive(root)).toEqual({ triggers });
    // The most that deploy:check lets through.
    const longest = toVariables('x'.repeat(48_000));
    expect(Object.values(longest).every((text) => text.length < 32_767)).toBe(true);
  });
});

describe('node infra/resolve-definitions.ts', () => {
  const script = resolve(import.meta.dirname, '../../../infra/resolve-definitions.ts');

  /** A stand-in for azd that keeps the arguments and the file it was given. */
  function createAzd(root: string, status = 0): string {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const code = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.writeFileSync(${JSON.stringify(join(root, 'args.json'))}, JSON.stringify(args));
fs.copyFileSync(args[3], ${JSON.stringify(join(root, 'set.env'))});
process.stderr.write('no such environment');
process.exit(${status});`;
    writeFileSync(join(bin, 'azd'), code);
    chmodSync(join(bin, 'azd'), 0o755);
    return bin;
  }

  const run = (root: string, env: Readonly<Record<string, string>>, ...args: string[]) =>
    spawnSync(process.execPath, [script, '--app', root, ...args], {
      encoding: 'utf8',
      env: { PATH: '/nowhere', ...env },
    });

  test('sets them in the environment whose hook it is, and only where they changed', async () => {
    const root = write('triggers: [{ name: a }]\n');
    const env = { PATH: createAzd(root), AZURE_ENV_NAME: 'staging' };
    expect(run(root, env)).toMatchObject({ status: 0, stdout: expect.stringContaining('are in') });
    const args = JSON.parse(readFileSync(join(root, 'args.json'), 'utf8'));
    const place = ['--environment', 'staging'];
    expect(args).toEqual(['env', 'set', '--file', args[3], '--no-prompt', ...place]);
    const expected = await resolveDefinitions(root, {});
    expect(readFileSync(join(root, 'set.env'), 'utf8')).toBe(
      `DEFINITIONS_B64="${expected.DEFINITIONS_B64}"\nDEFINITIONS_B64_2=""\n`,
    );
    rmSync(join(root, 'args.json'));
    expect(run(root, { ...env, ...expected }).stdout).toContain('unchanged');
    expect(() => readFileSync(join(root, 'args.json'))).toThrow('ENOENT');
  });

  test('ends with a reason where it cannot set them', () => {
    const root = write('triggers: []\n');
    expect(run(root, {})).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('AZURE_ENV_NAME'),
    });
    const env = { AZURE_ENV_NAME: 'x', PATH: createAzd(root, 1) };
    expect(run(root, env).stderr).toMatch(/no such environment[\s\S]*azd env set ended with 1/);
    writeFileSync(join(root, 'infra/triggers.yaml'), 'triggers: [\n');
    expect(run(root, env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('triggers.yaml:'),
    });
  });

  test('prints them', () => {
    const root = write('triggers: [{ name: a }]\nlimits: {}\n');
    const text = execFileSync(process.execPath, [script, '--app', root, '--print'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(text)).toEqual({ triggers: [{ name: 'a' }], limits: {} });
  });
});
