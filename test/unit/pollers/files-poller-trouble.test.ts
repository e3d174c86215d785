import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Disk,
  type Entry,
  nodeDisk,
  type Version,
} from '../../../shared/heddle/actors/pollers/files/disk.ts';
import { FILE_EVENTS } from '../../../shared/heddle/actors/pollers/files/options.ts';
import { createFilesScene } from '../../helpers/files-scene.ts';

const options = { events: [...FILE_EVENTS] };

/** Creates a disk that refuses files of these names. */
function createRefusing(code = 'EACCES') {
  const refused = new Set<string>();
  const check = (path: string) => {
    if (!refused.has(basename(path))) return;
    throw Object.assign(new Error(`${code}: refused`), { code });
  };
  const disk: Disk = {
    ...nodeDisk,
    async list(folder) {
      check(folder);
      return nodeDisk.list(folder);
    },
    async stat(path) {
      check(path);
      return nodeDisk.stat(path);
    },
  };
  return { refused, disk };
}

describe('what the files poller cannot read', () => {
  it('is no reason to call files deleted: a folder that is missing', async () => {
    using scene = createFilesScene({ options });
    scene.write('a.csv');
    await scene.poll();
    renameSync(scene.root, `${scene.root}-away`);
    await expect(scene.poll()).rejects.toThrow(`${scene.root}: ENOENT, expected a folder`);
    renameSync(`${scene.root}-away`, scene.root);
    expect(await scene.poll()).toEqual([]);
  });

  it('is no reason to call files deleted: a folder that refuses', async () => {
    const { refused, disk } = createRefusing();
    using scene = createFilesScene({ options, disk });
    scene.write('a.csv');
    await scene.poll();
    refused.add(basename(scene.root));
    await expect(scene.poll()).rejects.toThrow('refused');
    refused.clear();
    expect(await scene.poll()).toEqual([]);
  });

  it('is said, and nothing of it is reported, while the rest goes on: a folder below', async () => {
    const { refused, disk } = createRefusing();
    using scene = createFilesScene({ options, disk });
    scene.write('shut/deep/a.csv');
    scene.write('shut/b.csv');
    await scene.poll();
    refused.add('shut');
    scene.write('shut/deep/a.csv', 'changed');
    scene.write('c.csv');
    const result = await scene.pollFully();
    expect(result).toMatchObject({ events: [{ context: { name: 'c.csv' } }] });
    const text = `One folder or file could not be read, such as ${scene.at('shut')} (EACCES)`;
    expect(result.problem).toContain(text);
    expect(await scene.poll()).toEqual([]);
    refused.clear();
    expect(await scene.poll()).toEqual(['modified shut/deep/a.csv']);
  });

  it('is said, and nothing of it is reported: a file', async () => {
    const { refused, disk } = createRefusing('EIO');
    using scene = createFilesScene({ options, disk });
    scene.write('a.csv');
    await scene.poll();
    refused.add('a.csv');
    scene.write('a.csv', 'changed');
    expect(await scene.pollFully()).toMatchObject({
      outcome: 'skip',
      problem: expect.stringMatching(/\(EIO\)/),
    });
    refused.clear();
    expect(await scene.poll()).toEqual(['modified a.csv']);
  });

  it('keeps a file waiting as long as it was', async () => {
    const { refused, disk } = createRefusing();
    using scene = createFilesScene({ options: { ...options, debounceSeconds: 5 }, disk });
    await scene.poll();
    scene.write('in/a.csv');
    expect(await scene.poll()).toEqual([]);
    refused.add('in');
    expect(await scene.poll(5)).toEqual([]);
    refused.clear();
    expect(await scene.poll()).toEqual(['created in/a.csv']);
  });

  it('is an empty folder where a share was mounted', async () => {
    let device = 'share';
    const disk = { ...nodeDisk, device: async () => device };
    using scene = createFilesScene({ options, disk });
    scene.write('a.csv');
    await scene.poll();
    renameSync(scene.at('a.csv'), `${scene.root}-a.csv`);
    device = 'disk below';
    await expect(scene.poll()).rejects.toThrow('expected the file system that was mounted there');
    device = 'share, mounted again';
    renameSync(`${scene.root}-a.csv`, scene.at('a.csv'));
    expect(await scene.poll()).toEqual([]);
    rmSync(scene.at('a.csv'));
    expect(await scene.poll()).toEqual(['deleted a.csv']);
  });

  it('is a share that goes while it is read', async () => {
    const devices = ['share', 'share', 'share', 'disk below'];
    const disk = { ...nodeDisk, device: async () => devices.shift() ?? '' };
    using scene = createFilesScene({ options, disk });
    scene.write('a.csv');
    await scene.poll();
    rmSync(scene.at('a.csv'));
    await expect(scene.poll()).rejects.toThrow('unmounted while it was read');
  });

  it('needs no folder to be there that a pattern does not lead to', async () => {
    const { refused, disk } = createRefusing();
    refused.add('closed');
    using scene = createFilesScene({ options, disk, path: 'in-*/done/*.csv' });
    mkdirSync(scene.at('closed'));
    scene.write('in-1/done/a.csv');
    expect(await scene.pollFully()).not.toHaveProperty('problem');
  });
});

describe('what changes while the files poller reads', () => {
  it('is not there if it vanishes between the listing and the look', async () => {
    const vanishing: Disk = {
      ...nodeDisk,
      async list(folder) {
        const entries = await nodeDisk.list(folder);
        rmSync(`${folder}/brief.csv`, { force: true });
        rmSync(`${folder}/brief`, { force: true, recursive: true });
        return entries;
      },
    };
    using scene = createFilesScene({ options, disk: vanishing });
    await scene.poll();
    scene.write('brief.csv');
    scene.write('brief/a.csv');
    scene.write('b.csv');
    expect(await scene.pollFully()).not.toHaveProperty('problem');
    scene.write('c.csv');
    expect(await scene.poll()).toEqual(['created c.csv']);
  });

  it('is unread if its folder seems to be gone and is not', async () => {
    const disk: Disk = {
      ...nodeDisk,
      async list(folder) {
        if (!folder.endsWith('/in')) return nodeDisk.list(folder);
        throw Object.assign(new Error('of a file in it'), { code: 'ENOENT' });
      },
    };
    using scene = createFilesScene({ options });
    scene.write('in/a.csv');
    await scene.poll();
    using odd = createFilesScene({ options: { ...options, path: `${scene.root}/*` }, disk });
    odd.state = scene.state;
    expect(await odd.pollFully()).toMatchObject({
      outcome: 'skip',
      problem: expect.stringMatching(/in \(ENOENT\)/),
    });
  });
});

describe('a poll of files', () => {
  it('ends when its time is up', async () => {
    const controller = new AbortController();
    const looked: string[] = [];
    const disk: Disk = {
      ...nodeDisk,
      async stat(path) {
        looked.push(path);
        controller.abort(new Error('the poll took longer than 10000 ms'));
        return nodeDisk.stat(path);
      },
    };
    using scene = createFilesScene({ options, disk, signal: controller.signal });
    for (let index = 0; index < 100; index++) scene.write(`${index}.csv`);
    await expect(scene.poll()).rejects.toThrow('the poll took longer than 10000 ms');
    expect(looked.length).toBeLessThan(20);
    expect(scene.state).toBeUndefined();
  });

  it('reports ten thousand files and leaves the others to the next', async () => {
    const names = Array.from({ length: 25_000 }, (_, index) => `file-${index}.csv`);
    const entries = names.map((name) => toEntry(name, true));
    const disk: Disk = {
      ...{ device: async () => 'disk', list: async () => entries, real: async (path) => path },
      stat: async (path) => ({ size: 1, mtime: Number(/\d+(?=\.csv$)/.exec(path)), id: path }),
    };
    using scene = createFilesScene({ options: { initial: 'created' }, disk });
    const told = [await scene.poll(), await scene.poll(), await scene.poll(), await scene.poll()];
    expect(told.map((lines) => lines.length)).toEqual([10_000, 10_000, 5000, 0]);
    expect(told.flat()).toEqual(names.map((name) => `created ${name}`));
  });

  it('fires with no more text than may be kept', async () => {
    const name = (index: number) => `${'\u0001'.repeat(240)}${index}`;
    const entries = Array.from({ length: 6000 }, (_, index) => toEntry(name(index), true));
    const disk: Disk = {
      ...{ device: async () => 'disk', list: async () => entries, real: async (path) => path },
      stat: async (path) => ({ size: 1, mtime: 1, id: path }),
    };
    using scene = createFilesScene({ options: { initial: 'created' }, disk });
    const first = await scene.pollFully();
    expect(JSON.stringify(first).length).toBeLessThan(12_000_000);
    expect((await scene.poll()).length).toBeGreaterThan(0);
  });

  it('finds one of each among a hundred thousand', async () => {
    const files = new Map<string, Version>();
    for (let index = 0; index < 100_000; index++) {
      const path = `${index % 100}/file-${index}.csv`;
      files.set(path, { size: index, mtime: index, id: `1.${index}` });
    }
    using scene = createFilesScene({ options, disk: createMemoryDisk(files) });
    expect(await scene.poll()).toEqual([]);
    const { size, mtime, id } = files.get('3/file-3.csv') ?? { size: 0, mtime: 0, id: '' };
    files.delete('3/file-3.csv');
    files.set('4/moved.csv', { size, mtime, id });
    files.delete('5/file-5.csv');
    files.set('6/file-6.csv', { size: 7, mtime: 200_000, id: '1.6' });
    files.set('7/new.csv', { size: 1, mtime: 200_001, id: '1.5' });
    expect((await scene.poll()).toSorted()).toEqual([
      'created 7/new.csv',
      'deleted 5/file-5.csv',
      'modified 6/file-6.csv',
      'moved 3/file-3.csv → 4/moved.csv',
    ]);
    expect(await scene.pollFully()).toEqual({ outcome: 'skip' });
  });
});

function toEntry(path: string, isFile: boolean): Entry {
  const is = { isFile: () => isFile, isDirectory: () => !isFile, isSymbolicLink: () => false };
  return { name: basename(path), ...is };
}

/** Creates folders of files, one level deep. */
function createMemoryDisk(files: ReadonlyMap<string, Version>): Disk {
  const toBelow = (path: string) => path.split('/').slice(3).join('/');
  let folders = new Map<string, string[]>();
  return {
    device: async () => 'disk',
    real: async (path) => path,
    stat: async (path) => (toBelow(path) === '' ? 'folder' : files.get(toBelow(path))),
    async list(folder) {
      const own = toBelow(folder);
      if (own !== '') return (folders.get(own) ?? []).map((path) => toEntry(path, true));
      folders = Map.groupBy(files.keys(), (path) => dirname(path));
      return [...folders.keys()].map((name) => toEntry(name, false));
    },
  };
}
