import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FILE_EVENTS } from '../../../shared/heddle/actors/pollers/files/options.ts';
import { age, createFilesScene } from '../../helpers/files-scene.ts';

const ALL = { events: [...FILE_EVENTS] };

describe('the files poller', () => {
  it('takes what is there at first as known', async () => {
    using scene = createFilesScene();
    scene.write('old.csv');
    expect(await scene.poll()).toEqual([]);
    scene.write('new.csv');
    expect(await scene.poll()).toEqual(['created new.csv']);
    expect(await scene.poll()).toEqual([]);
  });

  it('reports what is there at first with initial: created', async () => {
    using scene = createFilesScene({ options: { initial: 'created' } });
    scene.write('b.csv');
    scene.write('deep/a.csv');
    expect(await scene.poll()).toEqual(['created b.csv', 'created deep/a.csv']);
    expect(await scene.poll()).toEqual([]);
  });

  it('says what a file is like', async () => {
    using scene = createFilesScene({ options: { initial: 'created' } });
    scene.write('a.csv', '12345');
    expect(await scene.pollFully()).toMatchObject({
      events: [
        {
          event: 'created',
          context: {
            path: scene.at('a.csv'),
            name: 'a.csv',
            event: 'created',
            size: 5,
            modifiedAt: '2023-11-14T22:13:21.000Z',
          },
        },
      ],
    });
  });

  it('reports all that happens between two polls, the oldest first', async () => {
    using scene = createFilesScene({ options: ALL });
    for (const name of ['gone', 'changed', 'moved', 'same']) scene.write(`${name}.csv`, name);
    await scene.poll();
    scene.write('new.csv');
    scene.write('changed.csv', 'otherwise');
    mkdirSync(scene.at('done'));
    renameSync(scene.at('moved.csv'), scene.at('done/moved.csv'));
    rmSync(scene.at('gone.csv'));
    expect(await scene.poll()).toEqual([
      'moved moved.csv → done/moved.csv',
      'created new.csv',
      'modified changed.csv',
      'deleted gone.csv',
    ]);
    expect(await scene.poll()).toEqual([]);
  });

  it('tells created and modified alone unless asked, and the others not later either', async () => {
    using scene = createFilesScene();
    scene.write('a.csv');
    scene.write('b.csv');
    await scene.poll();
    rmSync(scene.at('a.csv'));
    renameSync(scene.at('b.csv'), scene.at('c.csv'));
    expect(await scene.poll()).toEqual(['created c.csv']);
    scene.write('a.csv');
    expect(await scene.poll()).toEqual(['created a.csv']);
  });

  it('calls a file that is replaced by another modified', async () => {
    using scene = createFilesScene({ options: { ...ALL, ignorePatterns: ['*.tmp'] } });
    scene.write('a.csv', 'one');
    await scene.poll();
    scene.write('a.csv.tmp', 'two');
    renameSync(scene.at('a.csv.tmp'), scene.at('a.csv'));
    expect(await scene.poll()).toEqual(['modified a.csv']);
  });

  it('calls no file moved whose inode another has got after it was deleted', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('a.csv', 'same size');
    await scene.poll();
    rmSync(scene.at('a.csv'));
    scene.write('b.csv', 'same size');
    expect(await scene.poll()).toEqual(['created b.csv', 'deleted a.csv']);
  });

  it('reports a file that was moved and changed as deleted and created', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('a.csv');
    await scene.poll();
    renameSync(scene.at('a.csv'), scene.at('b.csv'));
    scene.write('b.csv', 'other');
    expect(await scene.poll()).toEqual(['created b.csv', 'deleted a.csv']);
  });

  it('reports each file of a folder that is moved', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('in/a.csv');
    scene.write('in/b.csv');
    await scene.poll();
    renameSync(scene.at('in'), scene.at('out'));
    expect(await scene.poll()).toEqual([
      'moved in/a.csv → out/a.csv',
      'moved in/b.csv → out/b.csv',
    ]);
    rmSync(scene.at('out'), { recursive: true });
    expect(await scene.poll()).toEqual(['deleted out/a.csv', 'deleted out/b.csv']);
  });

  it('follows no symbolic links', async () => {
    using scene = createFilesScene({ options: ALL });
    using elsewhere = createFilesScene();
    elsewhere.write('a.csv');
    await scene.poll();
    symlinkSync(elsewhere.root, scene.at('folder'));
    symlinkSync(elsewhere.at('a.csv'), scene.at('a.csv'));
    symlinkSync(scene.root, scene.at('loop'));
    expect(await scene.poll()).toEqual([]);
  });

  it('reports names as they are', async () => {
    using scene = createFilesScene();
    await scene.poll();
    const names = ['with space.csv', 'line\nbreak.csv', 'ü-😀.csv', '{"a":1}.csv', "'; --.csv"];
    for (const name of names) writeFileSync(scene.at(name), '');
    names.forEach((name, index) => {
      age(scene.at(name), index);
    });
    expect(await scene.poll()).toEqual(names.map((name) => `created ${name}`));
    expect(await scene.poll()).toEqual([]);
  });

  it('leaves no state where nothing has changed', async () => {
    using scene = createFilesScene();
    scene.write('a.csv');
    expect(await scene.pollFully()).toHaveProperty('state');
    expect(await scene.pollFully()).toEqual({ outcome: 'skip' });
    age(scene.at('a.csv'), 100);
    expect(await scene.pollFully()).toHaveProperty('state');
    expect(await scene.pollFully()).toEqual({ outcome: 'skip' });
  });

  it('knows what it knew when its patterns change, and nothing of another folder', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('a.csv');
    scene.write('b.txt');
    scene.write('archive/c.csv');
    await scene.poll();
    using narrow = createFilesScene({
      options: { ...ALL, path: `${scene.root}/*.csv`, ignorePatterns: ['archive'] },
    });
    narrow.state = scene.state;
    scene.write('a.csv', 'changed');
    expect(await narrow.poll()).toEqual([expect.stringMatching(/^modified .*a\.csv$/)]);
    expect(await narrow.poll()).toEqual([]);
    using other = createFilesScene({ options: ALL });
    other.state = scene.state;
    other.write('a.csv');
    expect(await other.poll()).toEqual([]);
  });

  it('begins anew with a state that another poller has left', async () => {
    using scene = createFilesScene({ options: ALL });
    scene.write('a.csv');
    scene.state = { of: 'blob:files', blobs: [] };
    expect(await scene.poll()).toEqual([]);
    rmSync(scene.at('a.csv'));
    expect(await scene.poll()).toEqual(['deleted a.csv']);
  });
});

describe('a file that must be still for five seconds', () => {
  const options = { ...ALL, debounceSeconds: 5 };

  it('is reported when it has been, once', async () => {
    using scene = createFilesScene({ options });
    await scene.poll();
    scene.write('a.csv');
    expect(await scene.poll()).toEqual([]);
    expect(await scene.poll(4)).toEqual([]);
    expect(await scene.poll(1)).toEqual(['created a.csv']);
    expect(await scene.poll(5)).toEqual([]);
  });

  it('is waited for as long as it grows', async () => {
    using scene = createFilesScene({ options });
    await scene.poll();
    for (const content of ['a', 'aa', 'aaa']) {
      scene.write('a.csv', content);
      expect(await scene.poll(4)).toEqual([]);
    }
    expect(await scene.poll(5)).toEqual(['created a.csv']);
  });

  it('is not reported when it comes and goes meanwhile', async () => {
    using scene = createFilesScene({ options });
    await scene.poll();
    scene.write('a.csv');
    await scene.poll();
    rmSync(scene.at('a.csv'));
    expect(await scene.poll(5)).toEqual([]);
    expect(await scene.poll(5)).toEqual([]);
  });

  it('is modified when it is deleted and made again meanwhile', async () => {
    using scene = createFilesScene({ options });
    scene.write('a.csv', 'one');
    await scene.poll();
    rmSync(scene.at('a.csv'));
    expect(await scene.poll(5)).toEqual([]);
    scene.write('a.csv', 'two');
    expect(await scene.poll(5)).toEqual([]);
    expect(await scene.poll(5)).toEqual(['modified a.csv']);
  });

  it('is moved although one poll sees it at neither place', async () => {
    using scene = createFilesScene({ options });
    using elsewhere = createFilesScene();
    scene.write('a.csv');
    await scene.poll();
    renameSync(scene.at('a.csv'), elsewhere.at('a.csv'));
    expect(await scene.poll(5)).toEqual([]);
    renameSync(elsewhere.at('a.csv'), scene.at('b.csv'));
    expect(await scene.poll(5)).toEqual([]);
    expect(await scene.poll(5)).toEqual(['moved a.csv → b.csv']);
  });

  it('is reported although the clock is put back', async () => {
    using scene = createFilesScene({ options });
    await scene.poll();
    await scene.clock.advance(86_400_000);
    scene.write('a.csv');
    await scene.poll();
    using later = createFilesScene({ options: { ...options, path: `${scene.root}/*` } });
    later.state = scene.state;
    expect(await later.poll()).toEqual([]);
    expect(await later.poll(5)).toHaveLength(1);
  });
});
