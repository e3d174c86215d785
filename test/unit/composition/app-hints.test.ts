import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { Poller, skip } from '../../../shared/heddle/actors/poller.ts';
import type { AppFile } from '../../../shared/heddle/composition/app-files.ts';
import { assembleApp, type LoadedApp } from '../../../shared/heddle/composition/assemble-app.ts';
import { listKnown } from '../../../shared/heddle/composition/known-to-app.ts';
import { readAll } from '../../../shared/heddle/composition/read-definitions.ts';
import { toFaultText } from '../../../shared/heddle/triggers/definitions/index.ts';

class One extends Actor {
  execute(): void {}
}
class Inbox extends Poller {
  override readonly name = 'inbox';
  poll() {
    return skip();
  }
}
abstract class Base extends Actor {}

const toFile = (folder: AppFile['folder'], name: string, exports: object): AppFile => ({
  folder,
  path: `shared/app/${folder}/${name}.ts`,
  exports: { ...exports },
});

async function read(app: LoadedApp, definitions: object = { triggers: [] }) {
  const known = await listKnown(assembleApp(app), {});
  const { file, faults, warnings } = await readAll({ json: JSON.stringify(definitions) }, known);
  const toTexts = (found: typeof faults) => found.map((one) => toFaultText(file, one));
  return { faults: toTexts(faults), warnings: toTexts(warnings) };
}

describe('a file of actors or pollers', () => {
  const files = [
    toFile('actors', 'fooBar', { foo: () => 1, Inbox }),
    toFile('pollers', 'watch', {}),
    toFile('actors', 'one', { One }),
    toFile('actors', 'base', { Base }),
    toFile('pollers', 'inbox', { default: Inbox }),
    toFile('events', 'none', {}),
  ];

  it('that exports no such class is warned of', async () => {
    const { faults, warnings } = await read({ files });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining('shared/app/actors/fooBar.ts exports no class that extends Actor: '),
      expect.stringContaining('shared/app/pollers/watch.ts exports no class that extends Poller: '),
    ]);
  });

  it('is named by the fault of a trigger that expects its actor', async () => {
    const trigger = { name: 'a', source: 'github', actor: 'foo-bar', onFailure: 'watch' };
    const { faults } = await read({ files }, { triggers: [trigger] });
    expect(faults).toEqual([
      expect.stringMatching(
        /\[a\] unknown actor "foo-bar": shared\/app\/actors\/fooBar\.ts exports no class that extends Actor$/,
      ),
      expect.stringContaining('onFailure: unknown actor "watch" (known: log, one)'),
    ]);
  });

  it('is no fault where the actor is listed', async () => {
    const trigger = { name: 'a', source: 'github', actor: 'foo-bar' };
    const { faults } = await read({ files, actors: { 'foo-bar': One } }, { triggers: [trigger] });
    expect(faults).toEqual([]);
  });
});

describe('code of an endpoint', () => {
  const shop = { kind: 'custom', auth: { kind: 'none' }, requireVerification: false };

  it('is warned of where there is no custom source of its name', async () => {
    const endpoints = { shop: {}, shpo: {}, orders: {}, github: {} };
    const { warnings } = await read({ endpoints }, { sources: { shop }, triggers: [] });
    expect(warnings).toEqual([
      'code endpoints.shpo: no source of kind custom has this name: did you mean shop?',
      'code endpoints.orders: no source of kind custom has this name: add it under sources',
      'code endpoints.github: no source of kind custom has this name: add it under sources',
    ]);
  });

  it('is not warned of where its source has a fault', async () => {
    const sources = { shop: { kind: 'custom', typo: 1 } };
    const { faults, warnings } = await read({ endpoints: { shop: {} } }, { sources, triggers: [] });
    expect(faults.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });
});
