import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDefinitions } from '../../../infra/deploy/check-definitions.ts';
import type { Outcome } from '../../../infra/deploy/finding.ts';
import { resolveDefinitions } from '../../../infra/deploy/resolve-definitions.ts';
import { findUnsent } from '../../../infra/deploy/sent-definitions.ts';
import { createTriggersFolder } from '../../helpers/sent-definitions.ts';

const repository = resolve(import.meta.dirname, '../../..');
const TRIGGER = '{ name: a, source: github, actor: log }';
let root: string;

beforeEach(() => {
  root = createTriggersFolder('');
  cpSync(join(repository, 'host.json'), join(root, 'host.json'));
  cpSync(join(repository, 'test/fixtures/user-app'), root, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(yaml: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  writeFileSync(join(root, 'infra/triggers.yaml'), yaml);
  return checkDefinitions(root, env);
}
const toTexts = ({ findings }: Outcome) =>
  findings.map(({ file, what, fix }) => `${file}: ${what}. ${fix}`);

describe('deploy:check takes', () => {
  test.each([
    ['merge keys', `x: &x { source: github }\ntriggers: [{ <<: *x, name: a, actor: log }]\n`, 1],
    ['CRLF and a mark of the order of bytes', `\uFEFFtriggers:\r\n  - ${TRIGGER}\r\n`, 0],
    ['an emoji', `triggers:\n  - { name: a, source: github, actor: log, description: "😀" }\n`, 0],
    ['sources alone, with the triggers in code', 'sources: { github: {} }\n', 0],
    ['no triggers', 'triggers: []\n', 0],
  ])('%s', async (_, yaml, unknownParts) => {
    const texts = toTexts(await check(yaml));
    // The part with the anchor has no meaning of its own.
    expect(texts).toHaveLength(unknownParts);
    for (const text of texts) expect(text).toContain('unknown field "x"');
  });

  test('the whole object in TRIGGERS_JSON', async () => {
    const TRIGGERS_JSON =
      '{"triggers":[{"name":"b","source":"acme","actor":"log"}],"sources":{"acme":{"kind":"cloudevents"}}}';
    const outcome = await check('triggers: []\n', { TRIGGERS_JSON });
    expect(toTexts(outcome)).toEqual([]);
    expect(outcome.summary).toMatch(/^1 triggers of TRIGGERS_JSON/);
  });
});

describe('deploy:check refuses', () => {
  test('an empty file, and one with nothing under triggers', async () => {
    for (const yaml of ['', '# nothing\n', 'triggers:\n']) {
      expect(toTexts(await check(yaml))).toEqual([
        'infra/triggers.yaml: has no list of triggers. write "triggers: []" where there is none',
      ]);
    }
  });

  test('an unknown part, and says which was meant', async () => {
    const texts = toTexts(await check(`trigers: []\nsources: {}\n`));
    expect(texts).toEqual([
      expect.stringMatching(/triggers\.yaml:1 unknown field "trigers": did you mean triggers\?/),
    ]);
    const env = { TRIGGERS_JSON: '{"triggers":[],"sorces":{}}' };
    expect(toTexts(await check('triggers: []\n', env))).toEqual([
      expect.stringContaining('TRIGGERS_JSON:1 unknown field "sorces": did you mean sources?'),
    ]);
    const single = { TRIGGERS_JSON: '{"name":"a","source":"github","actor":"log"}' };
    const found = toTexts(await check('triggers: []\n', single)).join('\n');
    expect(found).toContain('unknown field "name" (known: sources, triggers');
  });

  test('what is no JSON, with its line', async () => {
    const yaml = `triggers:\n  - name: a\n    source: github\n    actor: log\n    defaultInputs:\n      most: .inf\n`;
    expect(toTexts(await check(yaml))).toEqual([
      'infra/triggers.yaml:6: triggers.0.defaultInputs.most has no value of JSON, such as .inf or .nan, and would arrive as null. write a number or a text',
    ]);
  });

  test('numbers that no double holds, with the line and the fix', async () => {
    const yaml = `triggers:\n  - name: a\n    source: github\n    actor: log\n    filter:\n      id: 12345678901234567890\n`;
    expect(toTexts(await check(yaml))).toEqual([
      expect.stringMatching(/triggers\.yaml:6 .*12345678901234567890.*put it in quotes$/),
    ]);
    expect(toTexts(await check(yaml.replace(/\d{20}/, '"$&"')))).toEqual([]);
  });

  test('what cannot be read, and says nothing else of it', async () => {
    expect(toTexts(await check('triggers: [\n'))[0]).toMatch(/triggers\.yaml:\d/);
    expect(toTexts(await check('a: &a { <<: *a }\n'))).toHaveLength(1);
  });

  test('a file that is no YAML beside a setting that replaces a part of it', async () => {
    expect(toTexts(await check('triggers: [\n', { SOURCES_JSON: '{}' }))).toEqual([
      expect.stringContaining('infra/triggers.yaml:'),
    ]);
  });

  test('more than fits, and says what takes the room and the way out', async () => {
    const many = Array.from({ length: 100 }, (_, i) => {
      const description = 'x'.repeat(i === 7 ? 900 : 400);
      return { name: `t${i}`, source: 'github', actor: 'log', description };
    });
    const texts = toTexts(await check(JSON.stringify({ triggers: many, sources: { github: {} } })));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(
      /take \d{5} bytes of app settings, of which there are 48000: triggers \d{5} \(longest: t7 1\d{3}, t10 \d{3}, t11 \d{3}\), sources \d+ \(longest: github 3\)\. define the longest triggers in code/,
    );
  });

  test('hooks that do not send the definitions', async () => {
    const hooks = 'hooks:\n  preprovision:\n    run: npm run -s deploy:check\n';
    writeFileSync(join(root, 'azure.yaml'), hooks);
    const yaml = `triggers:\n  - ${TRIGGER}\n`;
    expect(toTexts(await check(yaml))).toEqual([
      expect.stringMatching(/^azure\.yaml: no hook sends the definitions/),
    ]);
    mkdirSync(join(root, 'infra/hooks'));
    writeFileSync(
      join(root, 'infra/hooks/preprovision.mjs'),
      "run('node', ['infra/resolve-definitions.ts']);",
    );
    expect(toTexts(await check(yaml))).toEqual([]);
  });
});

describe('deploy:check warns', () => {
  test('of definitions that another azd provision would send', async () => {
    const yaml = `triggers:\n  - ${TRIGGER}\n`;
    await check(yaml);
    const { DEFINITIONS_B64 } = await resolveDefinitions(root, {});
    const sent = createHash('sha256').update(DEFINITIONS_B64).digest('hex');
    const env = { DEFINITIONS_PROVISIONED: sent };
    expect((await check(yaml, env)).summary).not.toContain('warning');
    expect((await check('triggers: []\n', { DEFINITIONS_B64 })).summary).not.toContain('warning');
    const { findings, summary } = await check('triggers: []\n', env);
    expect(findings).toEqual([]);
    expect(summary).toContain('differ from those of the last azd provision');
  });
});

test('the hooks of this repository send the definitions', () => {
  expect(findUnsent(repository)).toEqual([]);
});

describe('deploy:check warns of', () => {
  test('what only a deployed file is doubted for, and still takes it', async () => {
    const url = (name: string, text: string) =>
      `  - { name: ${name}, source: github, actor: http, defaultInputs: { url: "${text}" } }\n`;
    const yaml = `triggers:\n${url('a', 'http://localhost:3000/x')}${url('b', 'http://10.1.0.7/x')}`;
    const outcome = await check(yaml);
    expect(outcome.findings).toEqual([]);
    expect(outcome.warnings).toEqual([
      expect.stringMatching(/triggers\.yaml:2 \[a\] defaultInputs\.url: localhost is the machine/),
      expect.stringMatching(/triggers\.yaml:3 \[b\] defaultInputs\.url: .*HEDDLE_HTTP_ALLOW/),
    ]);
    const allowed = await check(yaml, { HTTP_ALLOW_JSON: '["10.1.0.0/16"]' });
    expect(allowed.warnings).toEqual([expect.stringMatching(/\[a\] defaultInputs\.url/)]);
  });
});
