import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../../shared/heddle/domain/schedule.ts';
import { createFires } from '../../../shared/heddle/triggers/schedules/fires.ts';
import { createRandom, type Random, toRandomSchedule } from '../../helpers/random-schedules.ts';
import { playStorm } from '../../helpers/stormy-planner.ts';

const ZONES = [
  ...['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca'],
  ...['America/Sao_Paulo', 'Asia/Kolkata', 'Pacific/Apia', 'Asia/Tehran', 'Europe/London'],
  ...['Pacific/Chatham', 'America/St_Johns', 'UTC'],
];
const YEAR = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) };
const HOUR_MS = 3_600_000;

type Span = Readonly<Record<'from' | 'until' | 'max', number>>;

function draw(random: Random, index: number): Schedule {
  return toRandomSchedule(random, ZONES[index % ZONES.length] as string, 2026);
}

/** Creates a schedule that starts within the time and ends after a number of fires. */
function toShort(random: Random, index: number, { from, until, max }: Span): Schedule {
  const after = Math.floor(from + random() * (until - from));
  const { end: _end, ...rest } = draw(random, index);
  const schedule = { ...rest, start: new Date(after).toISOString() };
  const last = createFires(schedule).list({ after, until, max }).at(-1);
  return last === undefined ? schedule : { ...schedule, end: new Date(last).toISOString() };
}

/** Creates a schedule that fires more than once in the time, but not too often. */
function toLively(random: Random, index: number, { from, until, max }: Span): Schedule {
  for (;;) {
    const schedule = draw(random, index);
    const fires = createFires(schedule).list({ after: from, until, max: max + 1 });
    if (fires.length > 1 && fires.length <= max) return schedule;
  }
}

/** Creates triggers that make up for every missed fire, however late. */
function toTriggers(count: number, toSchedule: (index: number) => Schedule): readonly object[] {
  return Array.from({ length: count }, (_, index) => {
    const { catchUpWindow: _window, grace: _grace, any, ...rest } = toSchedule(index);
    const kept = { ...toWritten(rest), ...(any && { any: any.map(toWritten) }) };
    const schedule = { ...kept, misfire: 'catchUp', catchUpWindow: '365d' };
    return { name: `t${index}`, schedule };
  });
}

/** A parsed interval has milliseconds, a written one seconds. */
function toWritten<T extends { readonly interval?: number | undefined }>(part: T): T {
  return { ...part, ...(part.interval && { interval: part.interval / 1000 }) };
}

/** The slow tests have them all. */
const SCHEDULES = process.env.HEDDLE_TEST_SLOW === 'on' ? 500 : 200;

describe('the planner', () => {
  it('makes every fire of hundreds of schedules once in a year of crashes, late ticks and outages', async () => {
    const random = createRandom(2026);
    const triggers = toTriggers(SCHEDULES, (index) => toShort(random, index, { ...YEAR, max: 4 }));
    const storm = { ticksUp: 12, maxDownMs: 240 * HOUR_MS, deathsAtWork: 0 };
    const { due, run, early, crashes } = await playStorm(triggers, { random, ...YEAR, ...storm });
    expect(run).toEqual(due);
    expect(early).toBe(0);
    expect(due.length).toBeGreaterThan(2 * SCHEDULES);
    expect(crashes).toBeGreaterThan(20);
  }, 180_000);

  it.each([
    ['Europe goes forward', Date.UTC(2026, 2, 28, 22)],
    ['Lord Howe and Chatham go back', Date.UTC(2026, 3, 4, 11)],
    ['America goes back', Date.UTC(2026, 10, 1, 2)],
  ])(
    'makes every fire once in a night of crashes, when %s',
    async (_, from) => {
      const random = createRandom(from);
      const night = { from, until: from + 8 * HOUR_MS };
      const triggers = toTriggers(60, (index) => toLively(random, index, { ...night, max: 40 }));
      const storm = { ticksUp: 25, maxDownMs: HOUR_MS / 2, deathsAtWork: 0.1 };
      const played = await playStorm(triggers, { random, ...night, ...storm });
      const { due, run, early, crashes, crashesAtWork } = played;
      expect([...new Set(run)]).toEqual(due);
      // A crashed run may have executed, and runs again; nothing else does.
      expect(run.length - due.length).toBeLessThanOrEqual(crashesAtWork * 16);
      expect(early).toBe(0);
      expect(Math.min(crashes, crashesAtWork)).toBeGreaterThan(5);
    },
    60_000,
  );
});
