import { describe, expect, it } from 'vitest';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';

const settings = { HEDDLE_SCHEDULING: 'off' };
const TRIGGERS = [
  { name: 'm', source: 'schedule', schedule: '* * * * *', actor: 'log' },
  { name: 'e', source: 'emit', eventType: 'x', actor: 'log' },
];

describe('HEDDLE_SCHEDULING=off', () => {
  it('lets schedules stand still, and runs everything else', async () => {
    await using app = await createTestApp({ triggers: TRIGGERS, settings });
    await app.advance('1h');
    expect(await app.runs()).toEqual([]);
    await app.emit('x', {});
    await app.app.call('api-schedule-run', { params: { name: 'm' } });
    await app.advance('1s');
    expect((await app.runs()).map(({ trigger }) => trigger).toSorted()).toEqual(['e', 'm']);
  });

  it('is shown by the health, the stats, the schedules and the log', async () => {
    await using app = await createTestApp({ triggers: TRIGGERS, settings });
    const reason = 'HEDDLE_SCHEDULING is off: schedules and polls stand still';
    expect(await app.health()).toMatchObject({
      ...{ status: 'degraded', reasons: [reason] },
      timed: { schedules: 1, scheduling: 'off' },
    });
    expect(await app.app.call('api-trigger-stats')).toMatchObject({ scheduling: 'off' });
    expect(await app.app.call('api-schedule-view', { params: { name: 'm' } })).toMatchObject({
      ...{ state: 'disabled', message: 'HEDDLE_SCHEDULING is off' },
    });
    expect(app.logs.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('HEDDLE_SCHEDULING is off'),
    );
  });

  it.each([
    ['skip', ['00:01:00', '00:05:00']],
    ['fireOnce', ['00:01:00', '00:04:00', '00:05:00']],
    ['catchUp', ['00:01:00', '00:02:00', '00:03:00', '00:04:00', '00:05:00']],
  ])('drops what was planned before; once on again, misfire %s decides', async (misfire, times) => {
    const schedule = { cron: '* * * * *', misfire };
    const scene = createScheduleScene([{ name: 'm', schedule }]);
    await scene.live(61);
    Object.assign(scene.engine, { isScheduling: false });
    for (let second = 0; second < 220; second++) {
      while ((await scene.work()) > 0);
      await scene.clock.advance(1000);
    }
    expect(scene.times('m')).toEqual(['00:01:00']);
    Object.assign(scene.engine, { isScheduling: true });
    scene.restart();
    await scene.live(200);
    const seen = scene.times('m').filter((time) => time <= '00:05:00');
    expect(seen.toSorted()).toEqual(times);
  });
});
