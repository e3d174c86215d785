import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateFile } from '../../../infra/validate/validate-file.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import { readOrigin } from '../../../shared/heddle/composition/read-origin.ts';
import { toFaultText } from '../../../shared/heddle/triggers/definitions/index.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-include-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const known = { actors: ['log'], kinds: [] };

const toWhole = (given: typeof known) =>
  ({ sinks: [], runtime: undefined, endpoints: [], emptyFiles: [], ...given }) as never;

async function read(name = 'triggers.yaml') {
  const { file, triggers, faults, warnings } = await readAll({ path: join(folder, name) }, known);
  const toText = (fault: (typeof faults)[number]) =>
    toFaultText(file, fault).replaceAll(`${folder}/`, '');
  return {
    names: triggers.map((trigger) => trigger.name),
    faults: faults.map(toText),
    warnings: warnings.map(toText),
  };
}

const trigger = (name: string, more = '') =>
  `triggers:\n  - name: ${name}\n    source: emit\n    actor: log\n${more}`;

describe('include', () => {
  it('reads further files, and those that they include, each once', async () => {
    write({
      'triggers.yaml': `include: [more.yaml, "teams/*.yaml", other.json]\n${trigger('main')}`,
      'more.yaml': `include: deep/down.yaml\n${trigger('more')}`,
      'deep/down.yaml': `include: [../other.json]\n${trigger('down')}`,
      'teams/b.yaml': trigger('b'),
      'teams/a.yaml': trigger('a'),
      'teams/notes.txt': 'none',
      'other.json': JSON.stringify({ triggers: [{ name: 'other', source: 'emit', actor: 'log' }] }),
    });
    const names = ['main', 'more', 'down', 'other', 'a', 'b'];
    expect(await read()).toEqual({ names, faults: [], warnings: [] });
  });

  it('joins the maps of a part, whatever the part, and leaves out its holders', async () => {
    write({
      'triggers.yaml': 'include: more.yaml\nx-a: &a 1\nlimits: { a: *a }\n',
      'more.yaml': 'x-a: &a 2\nlimits: { b: *a }\ncalendars:\n  - x\n',
    });
    const { read: found } = await readOrigin({ path: join(folder, 'triggers.yaml') });
    expect(found).toMatchObject({ value: { limits: { a: 1, b: 2 }, calendars: ['x'] } });
    expect(found).not.toMatchObject({ value: { include: expect.anything() } });
  });

  it('gives each fault and warning its own file and line', async () => {
    write({
      'triggers.yaml': `include: [a.yaml, b.yaml]\n${trigger('main', '    colour: red\n')}`,
      'a.yaml': `# one\n# two\n${trigger('a', '    timeout: soon\n    description: !x y\n')}`,
      'b.yaml': `sources:\n  acme: { kind: nothing }\n${trigger('b', '    colour: blue')}`,
    });
    const { names, faults, warnings } = await read();
    expect(names).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^triggers\.yaml:6 \[main\] unknown field "colour"/),
      expect.stringMatching(/^a\.yaml:7 \[a\] timeout: /),
      expect.stringMatching(/^b\.yaml:2 source acme: kind: unknown kind/),
      expect.stringMatching(/^b\.yaml:7 \[b\] unknown field "colour"/),
    ]);
    expect(warnings).toEqual([expect.stringMatching(/^a\.yaml:8 Unresolved tag: !x/)]);
  });

  it('names both places of a name that is in two files', async () => {
    write({
      'triggers.yaml': `include: [a.yaml]\nlimits: { mail: 1 }\n${trigger('one')}`,
      'a.yaml': trigger('one'),
    });
    expect((await read()).faults).toContain(
      `a.yaml:2 [one] the name "one" is taken by the trigger in line 4 of triggers.yaml`,
    );
    write({ 'a.yaml': 'limits:\n  post: 1\n  mail: 2\n' });
    expect((await read()).faults).toEqual([
      'a.yaml:3 limits.mail: it is in triggers.yaml:2 too: take one out',
    ]);
  });

  it('says each fault of what cannot be read, with its file', async () => {
    write({
      'triggers.yaml': 'include:\n  - a.yaml\n  - b.yaml\n  - none.yaml\n  - "no/*.yaml"\n',
      'a.yaml': 'a: [\n',
      'b.yaml': 'triggers:\n  - *x\n',
    });
    const { faults } = await read();
    expect(faults).toContain(
      'triggers.yaml:4 include: "none.yaml" leads to no file, looked for as none.yaml',
    );
    expect(faults).toContain(
      'triggers.yaml:5 include: "no/*.yaml" leads to no file, looked for as no/*.yaml',
    );
    expect(faults).toContain('b.yaml:2 *x has no anchor &x before it');
    expect(faults.some((fault) => fault.startsWith('a.yaml:'))).toBe(true);
  });

  it.each([
    ['itself', { 'triggers.yaml': 'triggers: []\ninclude: triggers.yaml' }, 'triggers.yaml:2'],
    [
      'what includes it',
      { 'triggers.yaml': 'include: a.yaml', 'a.yaml': 'include: [triggers.yaml]' },
      'a.yaml:1',
    ],
    ['no text', { 'triggers.yaml': 'include: [5]' }, 'triggers.yaml:1'],
    ['a list alone', { 'triggers.yaml': 'include: a.yaml', 'a.yaml': '- name: a' }, 'a.yaml:1'],
    [
      'another form',
      { 'triggers.yaml': 'include: a.yaml\ntriggers: []', 'a.yaml': '\ntriggers: {}' },
      'a.yaml:2',
    ],
    ['an empty folder', { 'triggers.yaml': 'include: a', 'a/x.txt': '' }, 'triggers.yaml:1'],
  ])('refuses %s', async (_, files, place) => {
    write(files);
    const { faults } = await read();
    expect(faults).toEqual([expect.stringContaining(`${place} `)]);
  });

  it('is bounded: a chain of twelve files is refused', async () => {
    const chain = Array.from({ length: 12 }, (_, i) => [`f${i}.yaml`, `include: f${i + 1}.yaml`]);
    write({ ...Object.fromEntries(chain), 'f12.yaml': 'triggers: []' });
    expect((await read('f0.yaml')).faults).toEqual([
      'f10.yaml:1 include: more than 10 files include each other',
    ]);
  });

  it('may be empty, or a pattern that covers the file itself', async () => {
    write({ 'triggers.yaml': `include: []\n${trigger('a')}` });
    expect(await read()).toMatchObject({ names: ['a'], faults: [] });
    write({ 'triggers.yaml': `include: ["*.yaml"]\n${trigger('a')}`, 'b.yaml': trigger('b') });
    expect(await read()).toMatchObject({ names: ['a', 'b'], faults: [] });
  });

  it('is refused where there is no file', async () => {
    const { faults } = await readAll({ json: '{"triggers":[],"include":"a.yaml"}' }, known);
    expect(faults).toMatchObject([{ message: expect.stringContaining('only a file can include') }]);
  });
});

describe('a folder in place of a triggers file', () => {
  it('is its files, in the order of their names', async () => {
    write({
      'all/b.yml': trigger('b'),
      'all/a.json': '{"triggers": []}',
      'all/c.yaml': trigger('c'),
    });
    expect(await read('all')).toMatchObject({ names: ['b', 'c'], faults: [] });
    write({ 'all/d.yaml': trigger('c') });
    expect((await read('all')).faults).toEqual([
      'all/d.yaml:2 [c] the name "c" is taken by the trigger in line 2 of all/c.yaml',
    ]);
  });

  it('without any is a fault, as is a file that is not there', async () => {
    write({ 'all/a.txt': '' });
    expect((await read('all')).faults).toEqual([
      'all:1 the folder has no file that ends in .yaml, .yml or .json',
    ]);
    expect((await read('nowhere.yaml')).faults).toEqual([
      expect.stringMatching(/^nowhere\.yaml:1 the file cannot be read/),
    ]);
  });
});

describe('the page on triggers', () => {
  it('shows anchors and merge keys as they are read', async () => {
    write({ 'triggers.yaml': JSON.stringify(readmeExample('Anchors and merge keys')) });
    const found = await readAll({ path: join(folder, 'triggers.yaml') }, known);
    expect(found.faults).toEqual([]);
    const [orders, refunds] = found.triggers;
    expect(refunds).toEqual({ ...orders, name: 'refunds', eventType: 'order.refunded' });
  });

  it('shows several files', async () => {
    write({
      'triggers.yaml': JSON.stringify(readmeExample('Several files')),
      ...{ 'more.yaml': trigger('more'), 'teams/a.yaml': trigger('a') },
    });
    expect(await read()).toMatchObject({ names: ['main', 'more', 'a'], faults: [] });
  });
});

it('validate reads included files as the app does', async () => {
  write({ 'triggers.yaml': 'include: a.yaml', 'a.yaml': trigger('a', '    colour: red') });
  const report = await validateFile(join(folder, 'triggers.yaml'), toWhole(known));
  expect(report.faults).toMatchObject([{ file: join(folder, 'a.yaml'), line: 5, trigger: 'a' }]);
});

it('an empty file is warned of', async () => {
  write({ 'triggers.yaml': '# nothing\n' });
  expect((await read()).warnings).toEqual([expect.stringContaining('the file is empty')]);
});

it('a file that is no UTF-8 is warned of', async () => {
  writeFileSync(join(folder, 'triggers.yaml'), Buffer.from('triggers: [] # caf\u00e9', 'latin1'));
  expect((await read()).warnings).toEqual([expect.stringContaining('save it as UTF-8')]);
});
