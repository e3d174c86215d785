import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  FILE_EVENTS,
  type FileEvent,
} from '../../../shared/heddle/actors/pollers/files/options.ts';
import { createFilesScene, type FilesScene } from '../../helpers/files-scene.ts';

/** A file: the counts of its creation and of its last change. */
interface File {
  readonly origin: number;
  readonly content: number;
}

const PATHS = ['a', 'b', 'c', 'in/a', 'in/b', 'in/deep/c'].map((name) => `${name}.csv`);

const path = fc.constantFrom(...PATHS);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop folder' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('poll' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Carries out the same steps on names alone. */
class Model {
  readonly files = new Map<string, File>();
  told = new Map<string, File>();
  #count = 0;

  apply(given: Step): void {
    const { files } = this;
    this.#count++;
    if (given.kind === 'write') {
      const origin = files.get(given.path)?.origin ?? this.#count;
      files.set(given.path, { origin, content: this.#count });
    }
    if (given.kind === 'replace') {
      files.set(given.path, { origin: this.#count, content: this.#count });
    }
    if (given.kind === 'delete') files.delete(given.path);
    if (given.kind === 'drop folder') {
      for (const name of files.keys()) if (name.startsWith('in/')) files.delete(name);
    }
    const file = given.kind === 'rename' && files.get(given.path);
    if (!file || given.kind !== 'rename') return;
    files.delete(given.path);
    files.set(given.to, file);
  }

  poll(events: readonly FileEvent[]): readonly string[] {
    const { told, files } = this;
    this.told = new Map(files);
    const gone = [...told].filter(([name]) => !files.has(name));
    const lines = [...files].flatMap(([name, file]) => {
      const before = told.get(name);
      if (before) return before.content === file.content ? [] : [`modified ${name}`];
      const index = gone.findIndex(
        ([, one]) => one.origin === file.origin && one.content === file.content,
      );
      if (index < 0 || !events.includes('moved')) return [`created ${name}`];
      return gone.splice(index, 1).map(([from]) => `moved ${from} → ${name}`);
    });
    const all = [...lines, ...gone.map(([name]) => `deleted ${name}`)];
    return all.filter((line) => events.includes(line.split(' ')[0] as FileEvent)).toSorted();
  }
}

function apply(scene: FilesScene, given: Step): void {
  if (given.kind === 'write') scene.write(given.path);
  if (given.kind === 'delete') rmSync(scene.at(given.path), { force: true });
  if (given.kind === 'drop folder') rmSync(scene.at('in'), { recursive: true, force: true });
  if (given.kind === 'replace') {
    scene.write('new.tmp');
    mkdirSync(dirname(scene.at(given.path)), { recursive: true });
    renameSync(scene.at('new.tmp'), scene.at(given.path));
  }
  if (given.kind !== 'rename' || !existsSync(scene.at(given.path))) return;
  mkdirSync(dirname(scene.at(given.to)), { recursive: true });
  renameSync(scene.at(given.path), scene.at(given.to));
}

it('tells what two listings differ in, whatever happens between two polls', async () => {
  const steps = fc.array(step, { maxLength: 40 });
  const events = fc.subarray([...FILE_EVENTS], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(steps, events, async (given, asked) => {
      using scene = createFilesScene({
        options: { events: asked, initial: 'created' },
        path: '*.csv',
      });
      const model = new Model();
      for (const one of [...given, { kind: 'poll' as const }]) {
        apply(scene, one);
        model.apply(one);
        if (one.kind !== 'poll') continue;
        expect((await scene.poll()).toSorted()).toEqual(model.poll(asked));
      }
      expect(await scene.poll()).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('tells in the end what it would have told at once, whenever it is asked', async () => {
  const waits = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 4 })), { maxLength: 30 });
  const options = { events: [...FILE_EVENTS], initial: 'created', debounceSeconds: 3 };
  await fc.assert(
    fc.asyncProperty(waits, async (given) => {
      using scene = createFilesScene({ options, path: '*.csv' });
      const told = new Map<string, true>();
      const note = (lines: readonly string[]) => {
        for (const line of lines) replay(told, line);
      };
      const model = new Model();
      for (const [one, seconds] of given) {
        apply(scene, one);
        model.apply(one);
        note(await scene.poll(seconds));
      }
      note(await scene.poll());
      note(await scene.poll(3));
      expect([...told.keys()].toSorted()).toEqual([...model.files.keys()].toSorted());
      expect(await scene.poll(10)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

/** Applies an event to what its receiver believes to exist. */
function replay(told: Map<string, true>, line: string): void {
  const [event, one = '', , to = ''] = line.split(' ');
  const isKnown = told.has(one);
  expect(isKnown).toBe(event !== 'created');
  if (event === 'deleted' || event === 'moved') told.delete(one);
  if (event === 'created') told.set(one, true);
  if (event === 'moved') told.set(to, true);
}
