import { describe, expect, it } from 'vitest';
import { startSchedules } from '../../../shared/heddle/composition/schedule-clock.ts';
import { POLL_RECORDS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';

const HALF_HOURLY = { name: 'half', schedule: '*/30 * * * *' };

/** Runs to a minute past half past twelve, whose message is deleted. */
async function loseOne(given: object = HALF_HOURLY, parts = {}) {
  const scene = createScheduleScene([given], parts);
  await scene.live(1795);
  await scene.clock.advance(5000);
  expect(await scene.lose()).toBe(1);
  await scene.live(75);
  return scene;
}

describe('a fire whose message was lost', () => {
  it('is made all the same, once, within some minutes', async () => {
    const telemetry = createRecordingTelemetry();
    const scene = await loseOne(HALF_HOURLY, { telemetry });
    expect(scene.fired).toEqual([]);
    expect(await scene.ledger('half')).toMatchObject({
      ...{ rearmed: 0, late: { fire: '2026-01-01T00:30:00.000Z', rearmed: 0 } },
    });
    await scene.live(90);
    expect(scene.times('half')).toEqual(['00:30:00']);
    expect(scene.fired[0]?.lag).toBeLessThan(180_000);
    await scene.live(1800);
    expect(scene.times('half')).toEqual(['00:30:00', '01:00:00']);
    const ledger = await scene.ledger('half');
    expect(ledger).toMatchObject({ planned: 2, rearmed: 1, missed: 0 });
    expect(ledger).not.toHaveProperty('late');
    expect(telemetry.measured).toContain('heddle.schedules.rearmed {"trigger":"half"} 1');
  });

  it('is sent again, ever less often, where the next message is lost as well', async () => {
    const scene = await loseOne();
    for (let minute = 0; minute < 10; minute++) {
      await scene.lose();
      await scene.clock.advance(60_000);
      await scene.ticker().tick();
    }
    expect(await scene.ledger('half')).toMatchObject({ rearmed: 3 });
    await scene.live(360);
    expect(scene.times('half')).toEqual(['00:30:00']);
  });

  it('is missed once five messages more were lost, and sent no sixth time', async () => {
    const scene = await loseOne({ name: 'half', schedule: '30 0 * * *' });
    for (let minute = 0; minute < 70; minute++) {
      await scene.lose();
      await scene.clock.advance(60_000);
      await scene.ticker().tick();
    }
    expect(await scene.ledger('half')).toMatchObject({ planned: 1, rearmed: 5, missed: 1 });
    await scene.live(7200);
    expect(scene.fired).toEqual([]);
    expect(await scene.ledger('half')).toMatchObject({ rearmed: 5, missed: 1 });
  });

  it('is missed where misfire says skip', async () => {
    const schedule = { cron: '*/30 * * * *', misfire: 'skip' };
    const scene = await loseOne({ name: 'half', schedule });
    await scene.live(300);
    expect(scene.fired).toEqual([]);
    expect(await scene.ledger('half')).toMatchObject({ rearmed: 0, missed: 1 });
    await scene.live(1600);
    expect(scene.times('half')).toEqual(['01:00:00']);
    expect(await scene.ledger('half')).not.toHaveProperty('late');
  });

  it('is none where a slow queue delivers it before it is sent again', async () => {
    const scene = createScheduleScene([HALF_HOURLY]);
    await scene.live(1795);
    for (let second = 0; second < 80; second++) {
      if (second % 15 === 0) await scene.ticker().tick();
      await scene.clock.advance(1000);
    }
    expect(await scene.ledger('half')).toHaveProperty('late');
    await scene.live(300);
    expect(scene.times('half')).toEqual(['00:30:00']);
    expect(await scene.ledger('half')).toMatchObject({ rearmed: 0, missed: 0 });
  });

  it('is a poll, too', async () => {
    const poll = { name: 'p', source: 'poll', poll: { poller: 'none', interval: '30m' } };
    const { Poller, skip } = await import('../../../shared/heddle/actors/poller.ts');
    class None extends Poller {
      override readonly name = 'none';
      override poll() {
        return skip();
      }
    }
    const scene = await loseOne(poll, { pollers: { none: None } });
    await scene.live(90);
    const record = await scene.store.read(POLL_RECORDS, 'p');
    expect(record?.document).toMatchObject({ lastDue: '2026-01-01T00:30:00.000Z', polls: 1 });
    expect(await scene.ledger('p')).toMatchObject({ rearmed: 1 });
  });
});

describe('/health', () => {
  const watch = ({ engine }: ReturnType<typeof createScheduleScene>) =>
    startSchedules({ isDispatching: true }, { drive: () => undefined }, engine);

  it('is content with a schedule that does what it should', async () => {
    const scene = createScheduleScene([HALF_HOURLY]);
    const clock = watch(scene);
    await scene.live(2000);
    expect(await clock.findFaults()).toEqual([]);
    await clock.stop();
  });

  it('reports a schedule that is late by more than two minutes', async () => {
    const scene = await loseOne({
      name: 'half',
      schedule: { cron: '*/30 * * * *', misfire: 'skip' },
    });
    const clock = watch(scene);
    expect(await clock.findFaults()).toEqual([]);
    await scene.live(60);
    expect(await clock.findFaults()).toEqual([
      'schedule half is late: its fire of 2026-01-01T00:30:00.000Z has left no trace; see /api/v1/schedules/half',
    ]);
    await scene.live(1800);
    expect(await clock.findFaults()).toEqual([]);
    await clock.stop();
  });

  it('tells when nothing has ticked for three minutes', async () => {
    const scene = createScheduleScene([HALF_HOURLY]);
    const clock = watch(scene);
    await clock.stop();
    await scene.live(60);
    await scene.clock.advance(110_000);
    expect(await clock.findFaults()).toEqual([]);
    await scene.clock.advance(80_000);
    expect(await clock.findFaults()).toEqual([
      'no schedule has been looked at for 4 minutes: the timer does not fire',
    ]);
  });

  it('says nothing of the timer where there is no schedule', async () => {
    const scene = createScheduleScene([]);
    const clock = watch(scene);
    await clock.stop();
    await scene.clock.advance(3_600_000);
    expect(await clock.findFaults()).toEqual([]);
  });

  it('leaves schedules to others where it does not dispatch', async () => {
    const { engine, clock, queue } = createScheduleScene([HALF_HOURLY]);
    const schedules = startSchedules({ isDispatching: false }, {}, engine);
    await schedules.tick();
    await clock.advance(3_600_000);
    expect(await schedules.findFaults()).toEqual([]);
    expect(await queue.depth()).toBe(0);
  });
});

it('an event of another source under the same name is no trace', async () => {
  const scene = await loseOne();
  const id = 'half:2026-01-01T00:30:00.000Z';
  await scene.send(createEvent({ id, dedupeKey: 'other' }));
  await scene.live(120);
  expect(scene.times('half')).toEqual(['00:30:00']);
});
