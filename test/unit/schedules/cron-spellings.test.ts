import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { createFires } from '../../../shared/heddle/triggers/schedules/fires.ts';

const page = new URL('../../../shared/heddle/triggers/README.md', import.meta.url);
const [, section = ''] = readFileSync(page, 'utf8').split('### Cron in three spellings');
const rows = section
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.includes('`') && line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
  .map(([words = '', poller = '', schedule = '', azure = '']) => ({
    words,
    poller,
    schedule,
    azure,
  }));

const START = Date.UTC(2026, 1, 27, 5, 2, 1);
const firesOf = (given: unknown) =>
  createFires(ScheduleSchema.parse(given)).list({ after: START, until: Infinity, max: 5 });

/** Whether a value is among those of a field of NCRONTAB. */
function isIn(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    const [, from = '*', to, step = '1'] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === '*') return value % Number(step) === 0;
    return value >= Number(from) && value <= Number(to ?? from);
  });
}

/** Tries every second that a minute may fire at, as plainly as possible. Both days have to fit. */
function azureFiresOf(text: string): readonly number[] {
  const [seconds = '', minutes = '', hours = '', days = '', months = '', weekdays = ''] =
    text.split(' ');
  const fires: number[] = [];
  for (let at = START - (START % 60_000); fires.length < 5; at += 60_000) {
    const date = new Date(at);
    const isMinute =
      isIn(minutes, date.getUTCMinutes()) &&
      isIn(hours, date.getUTCHours()) &&
      isIn(days, date.getUTCDate()) &&
      isIn(months, date.getUTCMonth() + 1) &&
      isIn(weekdays, date.getUTCDay());
    if (!isMinute) continue;
    for (let second = 0; second < 60; second++) {
      if (isIn(seconds, second) && at + second * 1000 > START) fires.push(at + second * 1000);
    }
  }
  return fires.slice(0, 5);
}

describe('the table of cron', () => {
  it('has rows for pollers and for schedules alone', () => {
    expect(rows?.length).toBeGreaterThan(5);
    expect(rows?.filter(({ poller }) => poller === '').length).toBeGreaterThan(2);
  });

  it.each(rows ?? [])('means the same in each spelling: $words', ({ poller, schedule, azure }) => {
    const fires = firesOf({ cron: schedule });
    expect(azureFiresOf(azure)).toEqual(fires);
    expect(firesOf({ cron: azure })).toEqual(fires);
    if (poller !== '') expect(firesOf({ interval: poller })).toEqual(fires);
  });

  it('says where the spellings differ', () => {
    const onEither = firesOf({ cron: '0 0 13 * 5' }).map((at) => new Date(at).toISOString());
    expect(onEither.slice(0, 2)).toEqual(['2026-03-06T00:00:00.000Z', '2026-03-13T00:00:00.000Z']);
    const [first = 0] = azureFiresOf('0 0 0 13 * 5');
    expect(new Date(first).toISOString()).toBe('2026-03-13T00:00:00.000Z');
  });
});
