import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import type { TriggerDetail } from '../../../shared/heddle/api/triggers.ts';
import { createTestApp, explainTrigger } from '../../../shared/heddle/testing/index.ts';
import type { TestTriggers } from '../../../shared/heddle/testing/test-definitions.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const root = resolve(import.meta.dirname, '../../..');
const file = join(root, 'test/fixtures/trigger-cases/conditions-that-cannot-hold.yaml');

/** What is said of each trigger of the file. */
const SAID = [
  [5, 'ne-list', /conditions\.id\.ne: .*did you mean notIn: \["foo","bar"\]\?$/],
  [6, 'eq-list', /conditions\.id\.eq: .*did you mean in: \["foo","bar"\]\?$/],
  [7, 'typo', /conditions\.title\.contians: .*did you mean contains\?$/],
  [8, 'between', /conditions\.n\.between: .*did you mean gte and lte\?$/],
  [9, 'text', /conditions\.n\.gte: .*did you mean gte: 2, without quotes\?$/],
  [10, 'or', /conditions\.OR: .*did you mean any\?$/],
  [
    11,
    'range',
    /conditions\.n\.lt: no value meets gte: 5 and lt: 2, except a list by two of its items: correct one of them$/,
  ],
] as const;

/** Runs the command as npm does. */
function validate(
  ...given: readonly string[]
): Promise<{ readonly code: unknown; stdout: string }> {
  const cwd = join(root, 'test/fixtures/user-app');
  return new Promise((settle) => {
    const parameters = [join(root, 'infra/validate.ts'), '--app', cwd, ...given];
    execFile(process.execPath, parameters, { cwd }, (error, stdout) =>
      settle({ code: error?.code ?? 0, stdout }),
    );
  });
}

describe('conditions that cannot hold are told', () => {
  it('by validate, with each line, which fails by them with --strict alone', async () => {
    const [plain, strict] = await Promise.all([
      validate('--json', file),
      validate('--json', '--strict', file),
    ]);
    expect([plain.code, strict.code]).toEqual([0, 1]);
    const [report] = JSON.parse(plain.stdout);
    expect(report).toMatchObject({ isSound: true, faults: [] });
    expect(report.warnings).toEqual(
      SAID.map(([line, trigger, says]) => ({
        ...{ line, trigger },
        message: expect.stringMatching(says),
      })),
    );
  });

  it('by the log after the start, by /health, by the trigger and by explain', async () => {
    await using app = await createTestApp({ triggers: file });
    const texts = SAID.map(([line, name, says]) =>
      expect.stringMatching(new RegExp(`hold\\.yaml:${line} \\[${name}\\] ${says.source}`)),
    );
    await vi.waitFor(() => {
      const warned = app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
      expect(warned).toEqual(texts);
    });
    expect(await app.health()).toMatchObject({ status: 'healthy', reasons: [], warnings: texts });
    const detail = await app.app.call('api-trigger-view', { params: { name: 'typo' } });
    expect((detail as TriggerDetail).warnings).toEqual([texts[2]]);
    await app.emit('k', { id: 'foo', n: 3, title: 'A fix for X' });
    const { triggers, text } = await app.explain();
    expect(triggers).toContainEqual(
      expect.objectContaining({ trigger: 'typo', outcome: 'unmatched', warnings: [texts[2]] }),
    );
    expect(text).toMatch(/warning: .*\[typo\] conditions\.title\.contians: /);
  });

  it('by the testing kit', async () => {
    const trigger = 'source: emit\neventType: k\nactor: log\nconditions: { n: { gte: "2" } }';
    expect(await explainTrigger(trigger, { data: { n: 3 } })).toMatchObject({
      outcome: 'unmatched',
      warnings: [expect.stringMatching(/^code \[trigger\] conditions\.n\.gte: /)],
    });
  });
});

it('triggers in code are looked at too', async () => {
  const runtime = createRuntime();
  const fields = { source: 'github', eventType: 'pull-request', actor: 'log' };
  runtime.registerTrigger('in-code', fields);
  await using app = await createTestApp({ app: { runtime } });
  expect((await app.health()).warnings).toEqual([
    expect.stringMatching(/^code \[in-code\] eventType: .*did you mean pull_request\?$/),
  ]);
});

it('an app without doubts has no warnings', async () => {
  const triggers = [{ name: 'a', source: 'github', eventType: 'push', actor: 'log' }];
  await using app = await createTestApp({ triggers });
  expect(await app.health()).not.toHaveProperty('warnings');
});

it('the page’s example raises what it says', async () => {
  await using app = await createTestApp({
    triggers: readmeExample('What validate doubts') as TestTriggers,
  });
  expect((await app.health()).warnings).toEqual([
    expect.stringMatching(/eventType: .*did you mean pull_request\.opened\?/),
    expect.stringMatching(/conditions\.base_brnch: .*did you mean base_branch\?/),
    expect.stringMatching(
      /variables\.text: event\.title: .*did you mean event\.pull_request\.title\?/,
    ),
  ]);
});
