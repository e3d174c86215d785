import { chmodSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  FILE_EVENTS,
  findFilesDoubts,
} from '../../../shared/heddle/actors/pollers/files/options.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createFilesScene, type FilesScene } from '../../helpers/files-scene.ts';

const ALL = { events: [...FILE_EVENTS] };

/** Writes other content under the size and time of before, as `cp -p` of a file of that time does. */
function replaceUnseen(scene: FilesScene, path: string, content: string): void {
  const { atime, mtime } = statSync(scene.at(path));
  writeFileSync(scene.at(path), content);
  utimesSync(scene.at(path), atime, mtime);
}

describe('another content of the same size and time', () => {
  it('is a change, whether it was written or moved there', async () => {
    using scene = createFilesScene({ options: { ...ALL, ignorePatterns: ['*.tmp'] } });
    scene.write('a.csv', 'one');
    scene.write('b.csv', 'one');
    await scene.poll();
    replaceUnseen(scene, 'a.csv', 'two');
    writeFileSync(scene.at('b.tmp'), 'two');
    const { atime, mtime } = statSync(scene.at('b.csv'));
    utimesSync(scene.at('b.tmp'), atime, mtime);
    renameSync(scene.at('b.tmp'), scene.at('b.csv'));
    expect(await scene.poll()).toEqual(['modified a.csv', 'modified b.csv']);
    expect(await scene.poll()).toEqual([]);
  });

  it('is none with changeTime: false, and neither is another mode', async () => {
    using scene = createFilesScene({ options: { ...ALL, changeTime: false } });
    scene.write('a.csv', 'one');
    await scene.poll();
    replaceUnseen(scene, 'a.csv', 'two');
    chmodSync(scene.at('a.csv'), 0o600);
    expect(await scene.pollFully()).toEqual({ outcome: 'skip' });
  });

  it('is known from now on where an earlier version had kept no change time', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('a.csv', 'one');
    await scene.poll();
    scene.state = withoutChangeTimes(scene.state as JsonObject);
    expect(await scene.poll()).toEqual([]);
    replaceUnseen(scene, 'a.csv', 'two');
    expect(await scene.poll()).toEqual(['modified a.csv']);
  });
});

/** The state as version 0.4 kept it: size, `mtime` and inode. */
function withoutChangeTimes({ nfc: _, told, ...state }: JsonObject): JsonObject {
  const text = gunzipSync(Buffer.from(String(told), 'base64')).toString();
  const before = text.replaceAll(/\+-?[0-9a-z]+/g, '');
  expect(before).not.toBe(text);
  return { ...state, told: gzipSync(before).toString('base64') };
}

describe('a name', () => {
  const composed = 'r\u00e9sum\u00e9.csv';
  const decomposed = composed.normalize('NFD');

  it('matches as people type it, and its path is as the disk writes it', async () => {
    using scene = createFilesScene({ options: ALL, path: 'r\u00e9*.csv' });
    await scene.poll();
    scene.write(decomposed);
    const result = await scene.pollFully();
    const context = result.outcome === 'fire' ? result.events[0]?.context : undefined;
    expect(context).toMatchObject({ name: composed, path: scene.at(decomposed) });
  });

  it('that is written in another form is the same file', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write(`ordner-\u00fc/${decomposed}`);
    await scene.poll();
    renameSync(scene.at(`ordner-\u00fc/${decomposed}`), scene.at('kept'));
    rmSync(scene.at('ordner-\u00fc'), { recursive: true });
    scene.write('ordner-u\u0308/x', '');
    rmSync(scene.at('ordner-u\u0308/x'));
    renameSync(scene.at('kept'), scene.at(`ordner-u\u0308/${composed}`));
    expect((await scene.poll()).filter((line) => !line.startsWith('modified'))).toEqual([]);
    rmSync(scene.at('ordner-u\u0308'), { recursive: true });
    expect(await scene.poll()).toEqual([`deleted ordner-\u00fc/${composed}`]);
  });

  it('that another file has in the other form stays apart from it', async () => {
    using scene = createFilesScene({ options: ALL });
    await scene.poll();
    scene.write(composed);
    scene.write(decomposed);
    expect(await scene.poll()).toEqual([`created ${composed}`, `created ${decomposed}`]);
    scene.write(decomposed, 'other');
    expect(await scene.poll()).toEqual([`modified ${decomposed}`]);
  });
});

describe('a pattern of names', () => {
  it.each(['/data/*.csv', 'in/a?.csv', 'data\\in\\*.csv'])('%s is said to go down', (path) => {
    expect(findFilesDoubts({ path })).toEqual([
      { path: ['path'], message: expect.stringContaining('also covers the folders below') },
    ]);
  });

  it.each([
    { path: '/data/*.csv', recursive: false },
    { path: '/data/*.csv', recursive: true },
    { path: '/data/**/*.csv' },
    { path: '/data' },
    { path: '/data/*/in' },
  ])('says it itself: %j', (given) => {
    expect(findFilesDoubts(given)).toEqual([]);
  });
});
