import { describe, expect, it } from 'vitest';
import { LEDGERS } from '../../shared/collections.ts';
import { casesOfSchedules } from '../helpers/seeds/cases-of-schedules.ts';
import { aroundTime } from '../helpers/seeds/send.ts';
import { createSeedWorld } from '../helpers/seeds/world.ts';

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
