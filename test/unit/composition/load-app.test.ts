import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { assembleApp } from '../../../shared/heddle/composition/assemble-app.ts';
import { loadApp } from '../../../shared/heddle/composition/load-app.ts';

const packages = resolve(import.meta.dirname, '../../../node_modules');
const config = "import { defineApp } from 'heddle';\nexport default defineApp({});\n";
const actor = (name: string) => `import { Actor } from 'heddle';
export class ${name} extends Actor { execute() { return '${name}'; } }`;

function write(files: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(packages, join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return pathToFileURL(`${folder}/`);
}

it('finds files by themselves, and leaves out tests, drafts, subfolders and what is no TypeScript', async () => {
  const app = await loadApp(
    write({
      'heddle.config.ts': config,
      'actors/greeter.ts': actor('Greeter'),
      'actors/greeter.test.ts': "throw new Error('a test');",
      'actors/_shared.ts': actor('Shared'),
      'actors/.draft.ts': actor('Draft'),
      'actors/notes.md': 'no code',
      'actors/old.js': actor('Old'),
      'actors/types.d.ts': 'export {};',
      'actors/more/deep.ts': actor('Deep'),
      'events/users.ts': "export const users = { 'user.created': { source: 'auth' } };",
    }),
  );
  const { actors, registrations, faults } = assembleApp(app);
  expect(Object.keys(actors)).toEqual(['greeter']);
  expect([...registrations.events.keys()]).toEqual(['user.created']);
  expect(faults).toEqual([]);
});

it('names every file that cannot be loaded, with the place', async () => {
  const app = write({
    'heddle.config.ts': config,
    'actors/a.ts': "\nthrow new RangeError('a is broken');",
    'pollers/b.ts': "throw 'b';",
    'actors/c.ts': actor('C'),
  });
  const error = await loadApp(app).catch((thrown: Error) => thrown as unknown);
  expect(error).toMatchObject({ name: 'ConfigError', code: 'config' });
  expect((error as { readonly faults: readonly string[] }).faults).toEqual([
    expect.stringMatching(/actors\/a\.ts: RangeError: a is broken \(.*a\.ts:\d+:\d+\)$/),
    expect.stringMatching(/pollers\/b\.ts: it throws b while it loads$/),
  ]);
});

it('asks for a configuration that exports an app', async () => {
  const none = write({ 'actors/a.ts': actor('A') });
  await expect(loadApp(none)).rejects.toThrow('heddle.config.ts');
  const wrong = write({ 'heddle.config.ts': 'export const app = {};' });
  await expect(loadApp(wrong)).rejects.toThrow('expected "export default defineApp({ … })"');
});
