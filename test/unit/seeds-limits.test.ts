import { describe, expect, it } from 'vitest';
import { createGatedWorld } from '../helpers/seeds/gated-world.ts';

describe('allowConcurrent: false', () => {
  it.each([
    ['file_watcher', { filename: 'one.csv' }, { filename: 'two.csv' }],
    [
      'service_health',
      { service: 'api', consecutive_failures: 3 },
      { service: 'web', consecutive_failures: 3 },
    ],
  ])('of %s runs no context twice at once, and others beside it', async (name, same, other) => {
    const world = createGatedWorld(name, 'polls');
    await world.bring('first', name, same);
    await world.bring('again', name, { ...same, consecutive_failures: 4 });
    await world.bring('other', name, other);
    expect(world.running()).toEqual(['first', 'other']);
    expect(await world.statusOf('again')).toBe('skipped');
    expect(await world.heldOf('again')).toEqual({
      ...{ limit: 'allowConcurrent', by: await world.runIdOf('first') },
      detail: 'a run with the same input is executed',
      key: await world.inputHashOf('first'),
    });
    await world.end('first');
    await world.bring('later', name, same);
    expect(world.running()).toEqual(['other', 'later']);
  });
});

describe('allowConcurrent: true', () => {
  it('of queue_monitor runs the same context side by side', async () => {
    const world = createGatedWorld('queue_monitor', 'polls');
    await world.bring('a', 'queue_monitor', { depth: 11 });
    await world.bring('b', 'queue_monitor', { depth: 11 });
    expect(world.running()).toEqual(['a', 'b']);
  });
});

describe('overlap: skip', () => {
  it('of daily.cleanup leaves a day out whose run finds that of the day before', async () => {
    const world = createGatedWorld('daily.cleanup', 'schedule', {
      time: '2025-12-31T07:00:00.000Z',
    });
    await world.bring('monday', 'daily.cleanup');
    await world.bring('tuesday', 'daily.cleanup');
    expect(world.running()).toEqual(['monday']);
    expect(await world.statusOf('tuesday')).toBe('skipped');
    expect(await world.heldOf('tuesday')).toEqual({
      ...{ limit: 'maxConcurrent', detail: '1 of 1 are executed' },
    });
    await world.end('monday');
    await world.bring('wednesday', 'daily.cleanup');
    expect(world.running()).toEqual(['wednesday']);
  });
});

describe('maxConcurrent', () => {
  it('of concurrency-control executes five at once; the sixth waits for its turn', async () => {
    const world = createGatedWorld('concurrency-control', 'emit');
    const ids = ['1', '2', '3', '4', '5', '6'];
    for (const id of ids) await world.bring(id, 'setting.concurrency');
    expect(world.running()).toEqual(ids.slice(0, 5));
    expect(await world.heldOf('6')).toEqual({
      ...{ limit: 'maxConcurrent', detail: '5 of 5 are executed' },
    });
    await world.end('3');
    expect(world.running()).toEqual(['1', '2', '4', '5', '6']);
  });

  it('of my-file-trigger counts beside its cooldown', async () => {
    const world = createGatedWorld('my-file-trigger', 'files');
    const create = (id: string) => world.bring(id, 'file_created', { path: `/data/${id}.json` });
    await create('0s');
    await world.pass(5);
    await create('5s');
    expect(await world.heldOf('5s')).toMatchObject({
      ...{ limit: 'cooldown', detail: 'the last run was less than 10 s ago' },
    });
    await world.pass(5);
    await create('10s');
    await world.pass(10);
    await create('20s');
    await world.pass(10);
    await create('30s');
    expect(world.running()).toEqual(['0s', '10s', '20s']);
    expect(await world.heldOf('30s')).toEqual({
      ...{ limit: 'maxConcurrent', detail: '3 of 3 are executed' },
    });
    await world.end('10s');
    expect(world.running()).toEqual(['0s', '20s', '30s']);
    expect(world.inputs.map((input) => Object.keys(input))).toEqual(
      Array.from({ length: 4 }, () => ['_trigger_event']),
    );
  });
});

describe('cooldownSeconds', () => {
  it('of cooldown skips what comes within 30 s of the last run, and says until when', async () => {
    const world = createGatedWorld('cooldown', 'emit');
    await world.bring('first', 'setting.cooldown');
    await world.end('first');
    await world.pass(29);
    await world.bring('early', 'setting.cooldown');
    expect(await world.statusOf('early')).toBe('skipped');
    expect(await world.heldOf('early')).toEqual({
      ...{ limit: 'cooldown', detail: 'the last run was less than 30 s ago' },
      ...{ by: await world.runIdOf('first'), until: '2026-01-01T00:00:30.000Z' },
    });
    await world.pass(1);
    await world.bring('later', 'setting.cooldown');
    expect(world.running()).toEqual(['later']);
  });
});

describe('debounce', () => {
  it('of process-new-csv-files makes one run of what happens to a file within 5 s', async () => {
    const world = createGatedWorld('process-new-csv-files', 'files');
    const path = '/data/incoming/a.csv';
    await world.bring('created', 'file_created', { event: 'created', path });
    await world.bring('other', 'file_created', { event: 'created', path: '/data/incoming/b.csv' });
    await world.pass(4);
    await world.bring('modified', 'file_modified', { event: 'modified', path });
    expect(await world.heldOf('modified')).toEqual({
      ...{ limit: 'debounce', detail: 'another run takes its event in' },
      by: await world.runIdOf('created'),
    });
    await world.pass(4);
    expect(world.running()).toEqual(['other']);
    await world.pass(1);
    expect(world.running()).toEqual(['other', 'created']);
    const item = { mode: 'batch', file_path: path };
    expect(world.inputs[1]).toMatchObject({
      ...{ mode: 'batch', count: 2 },
      events: [
        { ...item, event_type: 'created' },
        { ...item, event_type: 'modified' },
      ],
    });
  });
});
