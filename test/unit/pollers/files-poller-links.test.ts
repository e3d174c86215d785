import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FILE_EVENTS } from '../../../shared/heddle/actors/pollers/files/options.ts';
import { createFilesScene, type FilesScene } from '../../helpers/files-scene.ts';

const ALL = { events: [...FILE_EVENTS] };
const FOLLOWING = { ...ALL, followLinks: true };

/** Mounts a folder as Kubernetes mounts a ConfigMap: a version is swapped by one link. */
function mount(scene: FilesScene, version: string, content: string): void {
  scene.write(`${version}/app.conf`, content);
  symlinkSync(version, scene.at('..data.new'));
  renameSync(scene.at('..data.new'), scene.at('..data'));
}

// source: open-policy-agent/opa #2588, paulmillr/chokidar #696
describe('links in a folder that is watched', () => {
  it('are passed over, and said so', async () => {
    using scene = createFilesScene({ options: ALL });
    using elsewhere = createFilesScene();
    elsewhere.write('a.csv');
    symlinkSync(elsewhere.at('a.csv'), scene.at('a.csv'));
    symlinkSync(elsewhere.root, scene.at('folder'));
    symlinkSync('a.csv', scene.at('.hidden'));
    expect(await scene.pollFully()).toMatchObject({
      outcome: 'skip',
      problem: `2 links were passed over, such as ${scene.at('a.csv')}: say followLinks: true to follow links, or name them in ignorePatterns`,
    });
  });

  it.each(['a.csv', 'folder'])(
    'are not spoken of where nothing asks for them: %s',
    async (name) => {
      using scene = createFilesScene({ options: { ...ALL, recursive: false }, path: '*.json' });
      symlinkSync('elsewhere', scene.at(name));
      expect(await scene.pollFully()).not.toHaveProperty('problem');
    },
  );

  it('are followed where asked for, to files and folders', async () => {
    using scene = createFilesScene({ options: FOLLOWING });
    using elsewhere = createFilesScene();
    elsewhere.write('b.csv');
    elsewhere.write('below/c.csv');
    await scene.poll();
    symlinkSync(elsewhere.at('b.csv'), scene.at('b.csv'));
    symlinkSync(elsewhere.at('below'), scene.at('folder'));
    expect(await scene.poll()).toEqual(['created b.csv', 'created folder/c.csv']);
    elsewhere.write('b.csv', 'other');
    rmSync(scene.at('folder'));
    expect((await scene.poll()).toSorted()).toEqual(['deleted folder/c.csv', 'modified b.csv']);
    rmSync(elsewhere.at('b.csv'));
    expect(await scene.poll()).toEqual(['deleted b.csv']);
  });

  it('show that the folder behind them was swapped', async () => {
    using scene = createFilesScene({ options: FOLLOWING, path: '*.conf' });
    mount(scene, '..v1', 'color=red');
    symlinkSync('..data/app.conf', scene.at('app.conf'));
    await scene.poll();
    mount(scene, '..v2', 'color=tan');
    expect(await scene.poll()).toEqual(['modified app.conf']);
    expect(await scene.poll()).toEqual([]);
  });

  it('end where they lead back, by one link or by two', async () => {
    using scene = createFilesScene({ options: FOLLOWING });
    await scene.poll();
    mkdirSync(scene.at('a'));
    mkdirSync(scene.at('b'));
    symlinkSync(scene.root, scene.at('a/up'));
    symlinkSync(scene.at('b'), scene.at('a/across'));
    symlinkSync(scene.at('a'), scene.at('b/back'));
    symlinkSync('self', scene.at('self'));
    scene.write('b/one.csv');
    const result = await scene.pollFully();
    const paths = result.outcome === 'fire' ? result.events.map(({ context }) => context.path) : [];
    expect(paths).toEqual([scene.at('a/across/one.csv'), scene.at('b/one.csv')]);
    expect(result.problem).toContain('leads back to a folder above it');
  });
});

describe('the path of one file', () => {
  it('is watched as that file alone', async () => {
    using scene = createFilesScene({ options: ALL, path: 'one[x].conf' });
    scene.write('ox.conf');
    expect(await scene.poll()).toEqual([]);
    using plain = createFilesScene({ options: ALL, path: 'one.conf' });
    plain.write('one.conf');
    plain.write('two.conf');
    expect(await plain.poll()).toEqual([]);
    plain.write('one.conf', 'other');
    plain.write('two.conf', 'other');
    expect(await plain.poll()).toEqual(['modified one.conf']);
    rmSync(plain.at('one.conf'));
    expect(await plain.poll()).toEqual(['deleted one.conf']);
    plain.write('one.conf');
    expect(await plain.poll()).toEqual(['created one.conf']);
  });

  it('may be hidden, and is that of a folder where one is there', async () => {
    using scene = createFilesScene({ options: { ...ALL, initial: 'created' }, path: '.env' });
    await expect(scene.poll()).rejects.toThrow('expected a folder, a file, or a glob');
    writeFileSync(scene.at('.env'), 'A=1');
    expect(await scene.poll()).toEqual(['created .env']);
    rmSync(scene.at('.env'));
    scene.write('.env/a.csv');
    expect(await scene.poll()).toEqual(['created .env/a.csv']);
  });

  it('is passed over where it is a link, unless links are followed', async () => {
    using scene = createFilesScene({ options: ALL, path: 'app.conf' });
    scene.write('real.conf');
    symlinkSync('real.conf', scene.at('app.conf'));
    expect((await scene.pollFully()).problem).toContain('One link was passed over');
    using following = createFilesScene({ options: FOLLOWING, path: 'app.conf' });
    following.write('real.conf');
    symlinkSync('real.conf', following.at('app.conf'));
    await following.poll();
    following.write('real.conf', 'other');
    expect(await following.poll()).toEqual(['modified app.conf']);
  });
});
