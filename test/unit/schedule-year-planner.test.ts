import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../shared/domain/schedule.ts';
import { createFires } from '../../shared/triggers/fires.ts';
import { createRandom, type Random, toRandomSchedule } from '../helpers/random-schedules.ts';
import { playStorm } from '../helpers/stormy-planner.ts';

const ZONES = [
  ...['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca'],
  ...['America/Sao_Paulo', 'Asia/Kolkata', 'Pacific/Apia', 'Asia/Tehran', 'Europe/London'],
  ...['Pacific/Chatham', 'America/St_Johns', 'UTC'],
];
const YEAR = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) };
const HOUR_MS = 3_600_000;

/** Schedules with so many fires in a time, each to be made up for however late. */
function toTriggers(
  random: Random,
  { from, until, count, min, max }: Record<'from' | 'until' | 'count' | 'min' | 'max', number>,
) {
  const triggers: object[] = [];
  while (triggers.length < count) {
    const zone = ZONES[triggers.length % ZONES.length] as string;
    const schedule: Schedule = toRandomSchedule(random, zone, 2026);
    const fires = createFires(schedule).list({ after: from, until, max: max + 1 }).length;
    if (fires < min || fires > max) continue;
    const { catchUpWindow: _window, interval, ...rest } = schedule;
    const kept = { ...rest, ...(interval && { interval: interval / 1000 }), jitter: 0 };
    const name = `t${triggers.length}`;
    triggers.push({ name, schedule: { ...kept, misfire: 'catchUp', catchUpWindow: '365d' } });
  }
  return triggers;
}

describe('the planner', () => {
  it('makes every fire of 500 schedules once in a year of crashes, late ticks and outages', async () => {
    const random = createRandom(2026);
    const triggers = toTriggers(random, { ...YEAR, count: 500, min: 1, max: 12 });
    const storm = { ticksUp: 20, maxDownMs: 240 * HOUR_MS, deathsAtWork: 0 };
    const { due, run, early, crashes } = await playStorm(triggers, { random, ...YEAR, ...storm });
    expect(run).toEqual(due);
    expect(early).toBe(0);
    expect(due.length).toBeGreaterThan(2000);
    expect(crashes).toBeGreaterThan(20);
  }, 60_000);

  it.each([
    ['Europe goes forward', Date.UTC(2026, 2, 28, 22)],
    ['Lord Howe and Chatham go back', Date.UTC(2026, 3, 4, 11)],
    ['America goes back', Date.UTC(2026, 10, 1, 2)],
  ])(
    'makes every fire once in a night of crashes, when %s',
    async (_, from) => {
      const random = createRandom(from);
      const night = { from, until: from + 8 * HOUR_MS };
      const triggers = toTriggers(random, { ...night, count: 60, min: 2, max: 40 });
      const storm = { ticksUp: 25, maxDownMs: HOUR_MS / 2, deathsAtWork: 0.1 };
      const played = await playStorm(triggers, { random, ...night, ...storm });
      const { due, run, early, crashes, crashesAtWork } = played;
      expect([...new Set(run)]).toEqual(due);
      // What dies may have run, and runs again; nothing else does.
      expect(run.length - due.length).toBeLessThanOrEqual(crashesAtWork * 16);
      expect(early).toBe(0);
      expect(Math.min(crashes, crashesAtWork)).toBeGreaterThan(5);
    },
    60_000,
  );
});
