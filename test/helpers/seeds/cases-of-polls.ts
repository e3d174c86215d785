import { expect } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { Outside } from './outside.ts';
import type { SeedCases } from './seed-case.ts';
import type { Send } from './send.ts';

type Step = number | ((outside: Outside) => void);

/** Changes the outside world, and lets seconds pass in which it is polled. */
export function polled(...steps: readonly Step[]): Send {
  return async ({ outside, live }) => {
    for (const step of steps) {
      if (typeof step === 'number') await live(step);
      else step(outside);
    }
  };
}

export const write = (path: string) => (outside: Outside) => outside.write(path);
export const remove = (path: string) => (outside: Outside) => outside.remove(path);
const move = (from: string, to: string) => (outside: Outside) => outside.move(from, to);
export const answer = (status: number) => (outside: Outside) => outside.answer(status);
export const waiting = (depth: number) => (outside: Outside) => Object.assign(outside, { depth });

/** Writes files after the first poll, at 5 s, since files present at first count as known. */
const afterFirst = (...steps: readonly Step[]) => polled(6, ...steps, 20);

const created = (path: string, more: JsonObject = {}) =>
  expect.objectContaining({ event: 'created', path, fields: { event: 'created' }, ...more });
const silentOnJson = [
  { where: 'another name ends so', send: afterFirst(write('/data/a.json.bak')) },
  { where: 'the folder is another', send: afterFirst(write('/elsewhere/a.json')) },
  {
    where: 'the file is only modified or deleted',
    send: polled(write('/data/a.json'), 6, write('/data/a.json'), 20, remove('/data/a.json'), 20),
  },
] as const;

/** Triggers on polls of a folder, a queue or a service. */
export const casesOfPolls: SeedCases = {
  file_watcher: {
    fires: polled(4, write('/data/inbox/data_file_1234567890.csv'), 4),
    input: { filename: 'data_file_1234567890.csv', fields: {} },
    silences: [
      { where: 'no file is new', send: polled(10) },
      { where: 'the folder is another', send: polled(write('/data/outbox/a.csv'), 10) },
    ],
  },
  queue_monitor: {
    fires: polled(waiting(11), 3, waiting(0), 9),
    input: { ...{ queue: 'orders', depth: 11, threshold: 10 }, fields: {} },
    silences: [{ where: 'the depth is 10', send: polled(waiting(10), 9) }],
  },
  service_health: {
    fires: polled(answer(503), 20, answer(200), 2),
    input: { service: 'http://api.internal/health' },
    silences: [
      { where: 'it is healthy', send: polled(10) },
      {
        where: 'two failures are followed by a good answer, time and again',
        send: polled(answer(503), 4, answer(200), 2, answer(503), 4, answer(200), 2),
      },
    ],
  },
  'process-new-csv-files': {
    // Writes like a sender that prevents the file from being read too early.
    fires: polled(
      ...[6, write('/data/incoming/2024/new.csv.part'), 20],
      ...[move('/data/incoming/2024/new.csv.part', '/data/incoming/2024/new.csv'), 20],
    ),
    input: { mode: 'batch', file_path: '/data/incoming/2024/new.csv', event_type: 'created' },
    silences: [
      {
        where: 'the name is ignored',
        send: afterFirst(write('/data/incoming/a.tmp'), write('/data/incoming/a.csv.part')),
      },
      {
        where: 'a folder of that name is ignored',
        send: afterFirst(write('/data/incoming/a.tmp/b.csv')),
      },
      { where: 'the folder is another', send: afterFirst(write('/data/outgoing/new.csv')) },
      {
        where: 'the file is deleted',
        send: polled(write('/data/incoming/new.csv'), 6, remove('/data/incoming/new.csv'), 20),
      },
      {
        where: 'the file is gone again within 5 s',
        send: polled(6, write('/data/incoming/new.csv'), 4, remove('/data/incoming/new.csv'), 20),
      },
    ],
  },
  'my-file-trigger': {
    fires: afterFirst(write('/data/a.json')),
    also: ['process-files'],
    input: {},
    silences: silentOnJson,
  },
  'process-files': {
    fires: afterFirst(write('/data/deep/a.json')),
    also: ['my-file-trigger'],
    input: created('/data/deep/a.json', { name: 'a.json', size: 4 }),
    silences: silentOnJson,
  },
};
