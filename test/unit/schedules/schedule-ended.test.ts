import { describe, expect, it } from 'vitest';
import { ScheduleWatch } from '../../../shared/heddle/composition/schedule-clock.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';
import { ask } from '../../helpers/trigger-scene.ts';

const END = '2026-01-01T00:01:00Z';

/** The scene starts at midnight. */
function createScene(...given: readonly object[]) {
  const scene = createScheduleScene(given);
  return {
    ...{ ...scene, side: createApiSide(scene.engine) },
    faults: () => new ScheduleWatch(scene.engine).findFaults(),
  };
}

describe('a schedule', () => {
  it('has ended when its end has passed, and says so', async () => {
    const { live, side, times, faults } = createScene({
      name: 'once',
      schedule: { interval: '30s', end: END },
    });
    await live(59);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'active' });
    await live(2);
    const view = await side.getSchedule('once');
    expect(view).toMatchObject({ state: 'ended', message: `nothing fires after ${END}` });
    expect(view).not.toHaveProperty('next');
    await live(600);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'ended', planned: 2 });
    expect(times('once')).toEqual(['00:00:30', '00:01:00']);
    expect(await faults()).toEqual([]);
  });

  it('has ended after its last fire, however far off its end is', async () => {
    const { live, side } = createScene({
      name: 'once',
      schedule: { cron: '1 0 * * *', end: '2026-01-01T23:00:00Z' },
    });
    await live(59);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'active' });
    await live(2);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'ended' });
  });

  it('has not ended while its jitter puts the last fire off', async () => {
    const { live, side, times } = createScene({
      name: 'once',
      schedule: { interval: '1m', end: END, jitter: '10m' },
    });
    await live(61);
    expect(times('once')).toEqual([]);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'active' });
    await live(601);
    expect(times('once')).toEqual(['00:01:00']);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'ended' });
  });

  it('that has ended is late while its last fire is looked for, and no longer once that is given up', async () => {
    const { live, lose, clock, side, faults } = createScene({
      name: 'once',
      schedule: { interval: '1m', end: END, misfire: 'skip' },
    });
    await live(59);
    await clock.advance(1000);
    expect(await lose()).toBe(1);
    await live(75);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'late', missed: 0 });
    await live(60);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'ended', missed: 1 });
    await live(300);
    expect(await faults()).toEqual([]);
  });

  it('that has ended unnoticed, while nothing ran, is late until somebody looks', async () => {
    const { live, down, side } = createScene({
      name: 'once',
      schedule: { interval: '1m', end: '2026-01-01T00:10:00Z', misfire: 'skip' },
    });
    await live(61);
    await down(900);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'late' });
    await live(60);
    expect(await side.getSchedule('once')).toMatchObject({ state: 'ended' });
  });

  it('that has ended is shown as paused, or disabled, where it is', async () => {
    const schedule = { interval: '30s', end: END };
    const { live, side, engine } = createScene(
      { name: 'paused', schedule },
      { name: 'off', schedule, enabled: false },
      { name: 'out', schedule: { ...schedule, enabled: false } },
    );
    await pauseTrigger(engine, 'paused', { by: 'operator', message: 'for repairs' });
    await live(120);
    const { items } = await side.listSchedules(ask());
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['off', 'disabled'],
      ['out', 'disabled'],
      ['paused', 'paused'],
    ]);
  });
});

it('a list can be asked for what has ended', async () => {
  const { live, side } = createScene(
    { name: 'ended', schedule: { interval: '30s', end: END } },
    { name: 'goes-on', schedule: { interval: '30s', end: '2027-01-01T00:00:00Z' } },
  );
  await live(90);
  const names = async (query: string) =>
    (await side.listSchedules(ask(query))).items.map(({ name }) => name);
  expect(await names('state=ended')).toEqual(['ended']);
  expect(await names('state=active')).toEqual(['goes-on']);
});
