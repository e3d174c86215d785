import { describe, expect, it } from 'vitest';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { createScheduleScene, type ScheduleScene } from '../../helpers/schedule-scene.ts';

const minutes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const at = from + index;
    return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}:00`;
  });

const everyMinute = (schedule: object) => ({
  name: 'm',
  schedule: { cron: '* * * * *', ...schedule },
});

/**
 * Runs for two and a half minutes, is down for an hour, then runs for another minute and a half.
 */
async function liveThroughOutage(scene: ScheduleScene): Promise<readonly string[]> {
  await scene.live(150);
  await scene.down(3600 + 10);
  await scene.live(90);
  return scene.times('m');
}

describe('down for an hour, then up', () => {
  it('skip leaves out what was missed', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'skip' })]);
    expect(await liveThroughOutage(scene)).toEqual([...minutes(1, 2), ...minutes(63, 64)]);
    expect(await scene.ledger('m')).toMatchObject({ missed: 59 });
  });

  it('fireOnce makes the last of them', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'fireOnce' })]);
    expect(await liveThroughOutage(scene)).toEqual([...minutes(1, 2), ...minutes(62, 64)]);
    await scene.live(300);
    expect(await scene.ledger('m')).toMatchObject({ missed: 58, rearmed: 0 });
    expect(await scene.ledger('m')).not.toHaveProperty('gap');
  });

  it('catchUp makes them all, once each', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'catchUp' })]);
    const times = await liveThroughOutage(scene);
    expect(times.toSorted()).toEqual(minutes(1, 64));
    expect(await scene.ledger('m')).toMatchObject({ missed: 0, rearmed: 0 });
  });

  it('catchUp makes no more of them than its window has', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'catchUp', catchUpWindow: '30m' })]);
    const times = await liveThroughOutage(scene);
    expect(times.toSorted()).toEqual([...minutes(1, 2), ...minutes(33, 64)]);
  });

  it('fireOnce makes none where the last is older than the window', async () => {
    const schedule = { cron: '5 0 * * *', catchUpWindow: '30m' };
    const scene = createScheduleScene([{ name: 'm', schedule }]);
    expect(await liveThroughOutage(scene)).toEqual([]);
    expect(await scene.ledger('m')).toMatchObject({ missed: 1 });
  });

  it('messages from before say on their runs that they came too late', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'skip' })]);
    await liveThroughOutage(scene);
    const skipped = (await scene.runs()).filter((run) => run.status === 'skipped');
    expect(skipped.map(({ held }) => held)).toEqual([
      { limit: 'misfire', detail: 'it is 3580 s late, and misfire is skip' },
    ]);
  });

  it('an interval of two seconds does not fire fifteen times at once', async () => {
    const scene = createScheduleScene([{ name: 's', schedule: { interval: '2s' } }]);
    await scene.live(10);
    await scene.down(3600);
    await scene.live(1);
    expect(scene.times('s').filter((time) => time > '00:00:10')).toEqual(['01:00:10']);
  });

  it('a year of missed seconds is passed at once', async () => {
    const scene = createScheduleScene([{ name: 's', schedule: { interval: '1s' } }]);
    await scene.live(2);
    await scene.down(364 * 86_400 + 0.5);
    await scene.live(3);
    expect(scene.fired.length).toBeLessThan(8);
    expect(scene.fired.at(-1)?.lag).toBeLessThan(2000);
  });

  it('a day of missed seconds is caught up within minutes', async () => {
    const schedule = { interval: '1s', misfire: 'catchUp', catchUpWindow: '1h' };
    const scene = createScheduleScene([{ name: 's', schedule }]);
    await scene.live(2);
    await scene.down(86_400);
    await scene.live(20);
    // An hour of the day before, and the fires since.
    expect(new Set(scene.fired.map(({ input }) => input.scheduledTime)).size).toBe(3600 + 20);
  });

  it('tells how many were missed', async () => {
    const telemetry = createRecordingTelemetry();
    const scene = createScheduleScene([everyMinute({ misfire: 'skip' })], { telemetry });
    await liveThroughOutage(scene);
    expect(telemetry.measured).toContain('heddle.schedules.missed {"trigger":"m"} 59');
    expect(telemetry.measured).toContain('heddle.schedules.lag {"trigger":"m"} 0');
  });
});

describe('a short restart', () => {
  it('within the grace is no outage', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'skip' })]);
    await scene.live(100);
    await scene.down(45);
    await scene.live(40);
    expect(scene.times('m')).toEqual(minutes(1, 3));
    expect(scene.fired[1]?.lag).toBe(25_000);
  });

  it('is one where the grace is shorter', async () => {
    const scene = createScheduleScene([everyMinute({ misfire: 'skip', grace: '20s' })]);
    await scene.live(100);
    await scene.down(45);
    await scene.live(40);
    expect(scene.times('m')).toEqual(['00:01:00', '00:03:00']);
  });
});

describe('limits of a trigger with a schedule', () => {
  const paused = async (whilePaused: string) => {
    const scene = createScheduleScene([{ ...everyMinute({ misfire: 'skip' }), whilePaused }]);
    await scene.live(61);
    await pauseTrigger(scene.engine, 'm', { by: 'operator', message: 'for a while' });
    await scene.live(600);
    expect(scene.times('m')).toEqual(minutes(1, 1));
    await resumeTrigger(scene.engine, 'm');
    await scene.live(10);
    return scene.times('m').toSorted();
  };

  it('hold lets all go that came during the pause, however late they are by then', async () => {
    expect(await paused('hold')).toEqual(minutes(1, 11));
  });

  it('drop lets none go', async () => {
    expect(await paused('drop')).toEqual(minutes(1, 1));
  });

  it('keepLast lets the last go', async () => {
    expect(await paused('keepLast')).toEqual([...minutes(1, 1), ...minutes(11, 11)]);
  });

  it('a cooldown is kept', async () => {
    const scene = createScheduleScene([{ ...everyMinute({}), cooldownSeconds: 100 }]);
    await scene.live(361);
    expect(scene.times('m')).toEqual(['00:01:00', '00:03:00', '00:05:00']);
  });
});
