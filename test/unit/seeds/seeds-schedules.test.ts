import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { LEDGERS } from '../../../shared/heddle/ports/collections.ts';
import { casesOfSchedules } from '../../helpers/seeds/cases-of-schedules.ts';
import { aroundTime } from '../../helpers/seeds/send.ts';
import { createSeedWorld } from '../../helpers/seeds/world.ts';

describe.each(Object.entries(casesOfSchedules))('%s', (trigger, { fires, silent, input }) => {
  it(`runs once at ${fires}, with the input as it is written`, async () => {
    const world = createSeedWorld({ only: [trigger] });
    await aroundTime(fires)(world);
    expect(await world.runs()).toMatchObject([{ trigger, status: 'succeeded' }]);
    expect(await world.events()).toMatchObject([{ type: trigger, time: fires }]);
    expect(world.inputOf(trigger)).toEqual(input);
  });

  it(`does not run at ${silent}`, async () => {
    const world = createSeedWorld({ only: [trigger] });
    await aroundTime(silent)(world);
    expect(await world.events()).toEqual([]);
    const { document } = (await world.store.read(LEDGERS, trigger)) ?? {};
    expect(document).toMatchObject({ kind: 'schedule', missed: 0, next: expect.any(String) });
  });
});

describe('an interval', () => {
  it.each([
    ['1m', '2026-01-01T00:01:00.000Z', '2026-01-01T00:02:00.000Z'],
    ['5m', '2026-01-01T00:05:00.000Z', '2026-01-01T00:10:00.000Z'],
    ['1h', '2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z'],
    ['1d', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'],
    ['1w', '2026-01-08T00:00:00.000Z', '2026-01-15T00:00:00.000Z'],
  ])('of %s fires at %s and at %s', async (interval, ...times) => {
    const changed = { schedule: ScheduleSchema.parse({ interval }) };
    const world = createSeedWorld({ only: ['interval-of-1h'], changed });
    for (const time of times) await aroundTime(time)(world);
    expect(world.handed.map(({ input }) => input.scheduledTime)).toEqual(times);
  });
});
