import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChangedFiles } from '../../../shared/heddle/composition/health/changed-files.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-changed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const trigger = (more = '') => `triggers:\n  - { name: a, source: emit, actor: log${more} }\n`;

async function open(text: string) {
  const path = join(folder, 'triggers.yaml');
  writeFileSync(path, text);
  const readAgain = () => readAll({ path }, { actors: ['log'], kinds: [] });
  const { watched } = await readAgain();
  let reads = 0;
  const changed = new ChangedFiles(watched, () => {
    reads++;
    return readAgain();
  });
  return { path, changed, reads: () => reads };
}

it('says that a change cannot be taken, until it is mended', async () => {
  const { path, changed, reads } = await open(trigger());
  expect(await changed.findFaults()).toEqual([]);
  expect(reads()).toBe(0);
  writeFileSync(path, trigger(', colour: red, shape: round'));
  const [reason] = await changed.findFaults();
  expect(reason).toMatch(
    /^the triggers have changed on the disk, with 2 faults, the first in .*\.yaml:2: /,
  );
  expect(await changed.findFaults()).toEqual([reason]);
  expect(reads()).toBe(1);
  writeFileSync(path, trigger(', enabled: false'));
  expect(await changed.findFaults()).toEqual([]);
});

it('sees a file renamed to its name, one deleted, and one more that a pattern covers', async () => {
  const { path, changed } = await open(`include: "more*.yaml"\n${trigger()}`);
  writeFileSync(join(folder, 'new'), 'triggers: [');
  renameSync(join(folder, 'new'), path);
  expect(await changed.findFaults()).toHaveLength(1);
  rmSync(path);
  expect(await changed.findFaults()).toHaveLength(1);
  writeFileSync(path, `include: "more*.yaml"\n${trigger()}`);
  writeFileSync(join(folder, 'more.yaml'), trigger());
  expect(await changed.findFaults()).toEqual([expect.stringContaining('more.yaml:2')]);
});
