import { describe, expect, it } from 'vitest';
import { answer, polled, remove, waiting, write } from '../../helpers/seeds/cases-of-polls.ts';
import type { Send } from '../../helpers/seeds/send.ts';
import { createSeedWorld } from '../../helpers/seeds/world.ts';

const START = Date.UTC(2026, 0, 1);

/** For each run of a trigger, the second of its event and the requested parts of its input. */
async function see(trigger: string, send: Send, ...keys: readonly string[]) {
  const world = createSeedWorld({ only: [trigger] });
  await send(world);
  return world.handed.map(({ input, context: { receivedAt } }) => {
    return [(Date.parse(receivedAt) - START) / 1000, ...keys.map((key) => input[key])];
  });
}

describe('a trigger that is polled', () => {
  it.each([
    ['file_watcher', 6],
    ['queue_monitor', 4],
    ['service_health', 6],
  ])('%s is polled %i times in 12 seconds', async (name, polls) => {
    const world = createSeedWorld();
    await world.live(12);
    expect(await world.pollsOf(name)).toMatchObject({ polls, failures: 0, leftOut: 0 });
  });
});

describe('file_watcher', () => {
  it('runs for each new file, one at a poll', async () => {
    const two = polled(write('/data/inbox/a.csv'), write('/data/inbox/b.csv'), 8);
    const runs = [
      [2, 'a.csv'],
      [4, 'b.csv'],
    ];
    expect(await see('file_watcher', two, 'filename')).toEqual(runs);
  });

  it('goes on at the next interval after a poll that has failed', async () => {
    const world = createSeedWorld({ only: ['file_watcher'] });
    await polled(remove('/data/inbox'), 2)(world);
    const failed = { lastOutcome: 'failed', error: expect.stringContaining('ENOENT') };
    expect(await world.pollsOf('file_watcher')).toMatchObject(failed);
    await polled(write('/data/inbox/a.csv'), 2)(world);
    expect(world.handed.map(({ input }) => input.filename)).toEqual(['a.csv']);
  });
});

describe('queue_monitor', () => {
  it('runs with each poll that finds more than 10 messages', async () => {
    const filling = polled(waiting(10), 3, waiting(11), 3, waiting(40), 3, waiting(9), 3);
    const runs = [
      [6, 11],
      [9, 40],
    ];
    expect(await see('queue_monitor', filling, 'depth')).toEqual(runs);
  });
});

describe('service_health', () => {
  it('runs at the third failure in a row, and once for each outage', async () => {
    const twice = polled(answer(503), 12, answer(200), 2, answer(500), 8);
    const service = 'http://api.internal/health';
    const runs = [
      [6, service],
      [20, service],
    ];
    expect(await see('service_health', twice, 'service')).toEqual(runs);
  });
});

describe('process-new-csv-files', () => {
  const path = '/data/incoming/a.csv';
  const keys = ['mode', 'file_path', 'event_type'];

  it('runs once for a file that is written to time and again, once left alone for 5 s', async () => {
    const growing = polled(6, write(path), 4, write(path), 4, write(path), 14);
    const runs = [[20, 'batch', path, 'created']];
    expect(await see('process-new-csv-files', growing, ...keys)).toEqual(runs);
  });

  it('runs again when the file is modified later', async () => {
    const later = polled(6, write(path), 14, write(path), 15);
    const runs = [
      [12, 'batch', path, 'created'],
      [26, 'batch', path, 'modified'],
    ];
    expect(await see('process-new-csv-files', later, ...keys)).toEqual(runs);
  });

  it('runs for a file that it has known from the first when that is modified', async () => {
    const known = polled(write(path), 6, write(path), 15);
    const runs = [[12, 'batch', path, 'modified']];
    expect(await see('process-new-csv-files', known, ...keys)).toEqual(runs);
  });
});
