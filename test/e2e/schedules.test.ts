import { writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SchedulePreview } from '../../shared/heddle/api/schedule-preview.ts';
import type { ScheduleView } from '../../shared/heddle/api/schedule-view.ts';
import type { Run } from '../../shared/heddle/domain/run.ts';
import { HeddleHost, prepareHeddle } from '../helpers/heddle-host.ts';

/** Schedules in real time, through the host. */

const EVERY_2_S = `triggers:
  - name: often
    source: schedule
    schedule: { interval: 2s }
    actor: log
  - name: morning
    source: schedule
    schedule: { at: "08:00", timezone: Europe/Berlin }
    actor: log
`;

function toMisfires(start: number): string {
  const from = `start: ${new Date(start).toISOString()}, grace: 1s`;
  const written = [
    ['skip', `{ interval: 15s, misfire: skip, ${from} }`],
    ['once', `{ interval: 15s, misfire: fireOnce, ${from} }`],
    ['all', `{ interval: 3s, misfire: catchUp, ${from} }`],
  ];
  const triggers = written.map(
    ([name, schedule]) =>
      `  - { name: ${name}, source: schedule, actor: log, schedule: ${schedule} }\n`,
  );
  return `triggers:\n${triggers.join('')}`;
}

async function waitForRuns(
  host: HeddleHost,
  trigger: string,
  isEnough: (runs: readonly Run[]) => boolean,
): Promise<readonly Run[]> {
  for (;;) {
    const runs = await host.runs(`limit=200&trigger=${trigger}`);
    if (isEnough(runs)) return runs.toSorted((a, b) => toFire(a) - toFire(b));
    await after(100);
  }
}

function toFire({ trigger, eventId }: Run): number {
  return Date.parse(eventId.slice(trigger.length + 1));
}

const isDone = (run: Run) => run.status === 'succeeded';

describe('a schedule of two seconds', () => {
  it('fires every two seconds, on time, and says so', async () => {
    await using host = (await HeddleHost.start(prepareHeddle({ triggers: EVERY_2_S }))).process;
    const heddle = new HeddleHost(host);
    const runs = await waitForRuns(heddle, 'often', (all) => all.filter(isDone).length >= 4);
    const fires = runs.filter(isDone).map(toFire);
    for (const [index, fire] of fires.slice(1).entries()) {
      expect(fire - (fires[index] ?? 0)).toBe(2000);
    }
    for (const run of runs.filter(isDone)) {
      // Allows for a busy machine; the bench measures a quiet one.
      const lag = Date.parse(run.attempts[0]?.startedAt ?? '') - toFire(run);
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThan(1900);
    }
    const view = await heddle.get<ScheduleView>('api/v1/schedules/often');
    expect(view).toMatchObject({ state: 'active', missed: 0, rearmed: 0 });
    expect(view.interval.configuredMs).toBe(2000);
    expect(Math.abs((view.interval.effectiveMs ?? 0) - 2000)).toBeLessThan(500);
    expect((await heddle.health()).reasons).toEqual([]);
  });

  it('is shown with its next fires, and so is one that is to be', async () => {
    await using host = (await HeddleHost.start(prepareHeddle({ triggers: EVERY_2_S }))).process;
    const heddle = new HeddleHost(host);
    const list = await heddle.get<{ items: readonly ScheduleView[] }>('api/v1/schedules');
    expect(list.items.map(({ name }) => name)).toEqual(['morning', 'often']);
    const own = await heddle.get<SchedulePreview>('api/v1/schedules/morning/preview?count=3');
    expect(own.fires.map(({ local }) => local.slice(11, 19))).toEqual(Array(3).fill('08:00:00'));
    const schedule = encodeURIComponent('0 12 * * 1');
    const query = `schedule=${schedule}&timezone=Asia/Tokyo&count=1`;
    const other = await heddle.get<SchedulePreview>(`api/v1/schedules/preview?${query}`);
    expect(other.fires[0]?.local).toMatch(/T12:00:00\+09:00$/);
  });
});

describe('a process that is killed, and started again after fires were due', () => {
  it('makes up for them as each misfire policy says', { timeout: 120_000 }, async () => {
    const prepared = prepareHeddle();
    // Creates the store beforehand, so that the next start is quick.
    await (await HeddleHost.start(prepared)).process.stop();
    const start = Math.ceil(Date.now() / 1000) * 1000 + 6000;
    writeFileSync(prepared.triggersFile, toMisfires(start));
    const first = await HeddleHost.start(prepared);
    await waitForRuns(first, 'skip', (runs) => runs.some(isDone));
    await waitForRuns(first, 'once', (runs) => runs.some(isDone));
    await first.process.kill();
    // Real time is under test here: the fire of fifteen seconds after is missed.
    await after(start + 16_600 - Date.now());
    const second = await HeddleHost.start(prepared);
    const missed = start + 15_000;
    const all = await waitForRuns(second, 'all', (runs) =>
      runs.some((run) => isDone(run) && toFire(run) > missed),
    );
    const once = await waitForRuns(second, 'once', (runs) => runs.filter(isDone).length > 1);
    const skipped = await waitForRuns(second, 'skip', (runs) =>
      runs.some(({ status }) => status === 'skipped'),
    );
    expect(once.slice(0, 2).map(toFire)).toEqual([start, missed]);
    expect(skipped[1]).toMatchObject({ status: 'skipped', held: { limit: 'misfire' } });
    const expected = Array.from({ length: 7 }, (_, index) => start + index * 3000);
    expect(all.slice(0, 7).map(toFire)).toEqual(expected);
    await waitForRuns(second, 'all', (runs) => runs.filter(isDone).length > 6);
    await second.process.stop();
  });
});
