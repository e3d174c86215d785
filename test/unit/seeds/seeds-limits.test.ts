import { describe, expect, it } from 'vitest';
import { createGatedWorld } from '../../helpers/seeds/gated-world.ts';

/** The id of the event of the poll that was due at a second. */
const polledAt = (trigger: string, second: number) =>
  `${trigger}:${new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()}:0`;

describe('allowConcurrent: false', () => {
  it('of file_watcher runs no file twice at once, and others beside it', async () => {
    const { outside, ...world } = createGatedWorld('file_watcher');
    const at = (second: number) => polledAt('file_watcher', second);
    const replace = async (path: string) => {
      outside.remove(path);
      await world.pass(2);
      outside.write(path);
      await world.pass(2);
    };
    outside.write('/data/inbox/one.csv');
    await world.pass(2);
    await replace('/data/inbox/one.csv');
    outside.write('/data/inbox/two.csv');
    await world.pass(2);
    expect(world.running()).toEqual([at(2), at(8)]);
    expect(await world.statusOf(at(6))).toBe('skipped');
    expect(await world.heldOf(at(6))).toEqual({
      ...{ limit: 'allowConcurrent', by: await world.runIdOf(at(2)) },
      detail: 'a run with the same input is executed',
      key: await world.inputHashOf(at(2)),
    });
    await world.end(at(2));
    await replace('/data/inbox/one.csv');
    expect(world.running()).toEqual([at(8), at(12)]);
  });

  it('of service_health recovers no service twice at once', async () => {
    const { outside, ...world } = createGatedWorld('service_health');
    const at = (second: number) => polledAt('service_health', second);
    const breakDown = async () => {
      outside.answer(503);
      await world.pass(6);
      outside.answer(200);
      await world.pass(2);
    };
    await breakDown();
    await breakDown();
    expect(world.running()).toEqual([at(6)]);
    expect(await world.statusOf(at(14))).toBe('skipped');
    await world.end(at(6));
    await breakDown();
    expect(world.running()).toEqual([at(22)]);
  });
});

describe('allowConcurrent: true', () => {
  it('of queue_monitor runs the same context side by side', async () => {
    const { outside, ...world } = createGatedWorld('queue_monitor');
    outside.depth = 11;
    await world.pass(6);
    expect(world.running()).toEqual([polledAt('queue_monitor', 3), polledAt('queue_monitor', 6)]);
  });
});

// A run ends before the next day's fire, but two delayed fires may follow each other.
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
    const world = createGatedWorld('concurrency-control');
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
    const { outside, ...world } = createGatedWorld('my-file-trigger');
    const at = (second: number) => polledAt('my-file-trigger', second);
    await world.pass(6);
    // Each file is reported by the second poll that finds it unchanged.
    for (const second of [15, 20, 30, 40, 50]) {
      outside.write(`/data/${second}.json`);
      await world.pass(second === 15 ? 5 : 10);
    }
    expect(world.running()).toEqual([at(15), at(30), at(40)]);
    expect(await world.heldOf(at(20))).toMatchObject({
      ...{ limit: 'cooldown', detail: 'the last run was less than 10 s ago' },
    });
    expect(await world.heldOf(at(50))).toEqual({
      ...{ limit: 'maxConcurrent', detail: '3 of 3 are executed' },
    });
    await world.end(at(30));
    expect(world.running()).toEqual([at(15), at(40), at(50)]);
    expect(world.inputs.flatMap((input) => Object.keys(input))).toEqual(
      Array(4).fill('_trigger_event'),
    );
  });
});

describe('cooldownSeconds', () => {
  it('of cooldown skips what comes within 30 s of the last run, and says until when', async () => {
    const world = createGatedWorld('cooldown');
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
