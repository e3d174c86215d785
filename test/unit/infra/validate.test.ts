import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toKnown } from '../../../infra/user-app.ts';
import { type Report, toText, validateFile } from '../../../infra/validate/validate-file.ts';
import { plain } from '../../fixtures/plain-parts.ts';

const root = resolve(import.meta.dirname, '../../..');
/** The app as a fixture, because `shared/app` is the user's and may hold anything. */
const userApp = join(root, 'test/fixtures/user-app');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-validate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const writeFaulty = () =>
  write(
    'faulty.yaml',
    'triggers:',
    '  - { name: a, source: github, actor: lgo }',
    '  - { name: b, source: github, actor: log, condtions: {} }',
    '  - { name: c, source: completion, actor: log }',
  );

const known = await toKnown(plain);
const validate = (path: string) => validateFile(path, known);

/** Runs the command as npm does. */
function run(...given: readonly string[]): Promise<{ readonly code: unknown; stdout: string }> {
  return new Promise((settle) => {
    const parameters = [join(root, 'infra/validate.ts'), '--app', userApp, ...given];
    execFile(process.execPath, parameters, { cwd: userApp }, (error, stdout) =>
      settle({ code: error?.code ?? 0, stdout }),
    );
  });
}

describe('a triggers file that is validated', () => {
  it('refuses a built-in actor for onFailure that needs inputs, and says what to write', async () => {
    const file = write(
      'sink.yaml',
      'triggers:',
      '  - { name: a, source: github, actor: log, onFailure: slack-message }',
    );
    const { faults } = await validate(file);
    expect(faults).toMatchObject([
      { line: 2, message: expect.stringContaining('needs inputs: write a trigger with source:') },
    ]);
  });

  it('has a number that YAML and Bicep cannot keep exact told with its line', async () => {
    const lines = ['triggers:', '  - name: a', '    source: github', '    actor: log'];
    const conditions = (id: string) => `    conditions: { id: ${id} }`;
    const unquoted = await validate(write('big.yaml', ...lines, conditions('9007199254740993')));
    expect(unquoted).toMatchObject({ isSound: true, faults: [] });
    expect(toText(unquoted)).toMatch(/big\.yaml:5 warning: no double holds this number.* quote it/);
    const quoted = await validate(write('quoted.yaml', ...lines, conditions('"9007199254740993"')));
    expect(quoted.warnings).toEqual([]);
  });

  // source: watchexec/watchexec PR #243, apache/camel PR #14374
  it('is told that a pattern of names goes down, as archives are often kept there', async () => {
    const withPath = (name: string, more: string) =>
      validate(
        write(
          name,
          'triggers:',
          '  - name: w-in',
          '    source: poll',
          '    poll:',
          '      poller: files',
          `      with: { path: "data/w/in/*.csv", events: [created]${more} }`,
          '    actor: log',
        ),
      );
    const report = await withPath('files.yaml', '');
    expect(report).toMatchObject({ isSound: true, faults: [] });
    expect(toText(report)).toContain(
      'files.yaml:6 [w-in] warning: poll.with.path: "*.csv" also covers the folders below: say recursive: false',
    );
    expect((await withPath('flat.yaml', ', recursive: false')).warnings).toEqual([]);
  });

  it('has every fault told with its line, its trigger and what was meant, and every warning', async () => {
    const path = writeFaulty();
    expect(toText(await validate(path)).split('\n')).toEqual([
      expect.stringMatching(/faulty\.yaml:2 \[a\] unknown actor "lgo" \(.*\): did you mean log\?$/),
      `${path}:3 [b] unknown field "condtions": did you mean conditions?`,
      expect.stringMatching(/faulty\.yaml:4 \[c\] warning: it hears of the ends of all runs/),
      `${path} has 2 faults.`,
    ]);
  });

  it('is reported where a source is a kind that needs settings', async () => {
    const path = write('unset.yaml', 'triggers: [{ name: a, source: custom, actor: log }]');
    expect(toText(await validate(path)).split('\n')[0]).toBe(
      `${path}:1 [a] the source "custom" needs settings: put them under sources.custom`,
    );
  });

  it('is summed up where it is sound, with whom it needs', async () => {
    const path = write(
      'sound.yaml',
      'sources: { acme: { kind: github, secrets: [A] } }',
      'triggers:',
      '  - { name: a, source: acme, actor: http, onFailure: log }',
      '  - { name: b, source: github, actor: log }',
    );
    expect(toText(await validate(path))).toBe(
      `${path} is sound: 2 triggers; sources: acme, github; actors: http, log.`,
    );
  });

  it('may have no triggers', async () => {
    expect(toText(await validate(write('none.yaml', 'triggers: []')))).toContain(
      'is sound: 0 triggers; sources: none; actors: none.',
    );
  });

  it('has to be there', async () => {
    const { isSound, faults } = await validate(join(folder, 'nowhere.yaml'));
    expect(isSound).toBe(false);
    expect(faults).toEqual([{ line: 1, message: expect.stringContaining('cannot be read') }]);
  });
});

describe('npm run validate', () => {
  it('takes the file of the repository unless told otherwise', async () => {
    const { code, stdout } = await run();
    expect(stdout).toMatch(/^infra\/triggers\.yaml is sound: \d+ triggers/);
    expect(code).toBe(0);
  });

  it('ends with 1 where one of several files has faults, and reports all', async () => {
    const { code, stdout } = await run(join(root, 'infra/examples/sinks.yaml'), writeFaulty());
    expect(stdout).toContain('infra/examples/sinks.yaml is sound');
    expect(stdout).toContain('faulty.yaml has 2 faults.');
    expect(code).toBe(1);
  });

  it('says the same as JSON', async () => {
    const path = writeFaulty();
    const { code, stdout } = await run('--json', path);
    const [report] = JSON.parse(stdout) as readonly Report[];
    expect(report).toMatchObject({ file: path, isSound: false });
    expect(report?.triggers[0]).toBe('c');
    expect(report?.faults.map(({ line, trigger }) => [line, trigger])).toEqual([
      [2, 'a'],
      [3, 'b'],
    ]);
    expect(code).toBe(1);
  });

  it('helps', async () => {
    const { code, stdout } = await run('--help');
    expect(stdout).toContain('Usage: validate [options] [file...]');
    expect(code).toBe(0);
  });
});
