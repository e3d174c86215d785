import { describe, expect, it } from 'vitest';
import { createTimerListener } from '../../../infra/local/timer/timer-trigger.ts';
import type { TypedData } from '../../../infra/local/worker/core-types.ts';
import type { HostedFunction } from '../../../infra/local/worker/hosted-function.ts';
import type { Invoker } from '../../../infra/local/worker/invoker.ts';

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** Creates a timer whose time the test moves; a run lasts as long as the test says. */
function createTimer(trigger: object, runMs = 0) {
  let now = Date.parse('2026-01-01T00:00:00Z');
  let pending: { at: number; run: () => void } | undefined;
  const runs: { at: number; info: Record<string, unknown> }[] = [];
  const clock = {
    now: () => now,
    setTimeout(run: () => void, milliseconds: number) {
      if (milliseconds > 2 ** 31 - 1) throw new RangeError('setTimeout would fire at once');
      const timer = { at: now + milliseconds, run };
      pending = timer;
      const cancel = () => {
        if (pending === timer) pending = undefined;
      };
      return { cancel };
    },
  };
  const invoker = {
    invoke: async (_fn: HostedFunction, data: TypedData) => {
      runs.push({ at: now, info: JSON.parse(data.json ?? '') });
      now += runMs;
      return undefined;
    },
  } as unknown as Invoker;
  const fn = { name: 'timer', trigger } as unknown as HostedFunction;
  const listener = createTimerListener(fn, { invoker, env: { EVERY: '0 * * * * *' } }, clock);
  const started = now;
  return {
    listener,
    runs,
    secondsOfRuns: () => runs.map(({ at }) => (at - started) / second),
    async passTo(milliseconds: number) {
      while (pending && pending.at <= started + milliseconds) {
        const { at, run } = pending;
        pending = undefined;
        now = Math.max(now, at);
        run();
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
      now = started + milliseconds;
    },
  };
}

describe('a timer', () => {
  it('runs at each tick, with its schedule from a setting', async () => {
    const timer = createTimer({ schedule: '%EVERY%' });
    timer.listener.start();
    await timer.passTo(3 * minute);
    expect(timer.secondsOfRuns()).toEqual([60, 120, 180]);
  });

  it('never overlaps itself: of the ticks that a long run misses one is made up', async () => {
    const timer = createTimer({ schedule: '*/10 * * * * *' }, 35 * second);
    timer.listener.start();
    await timer.passTo(80 * second);
    expect(timer.secondsOfRuns()).toEqual([10, 45, 80]);
  });

  it('runs on start-up if asked to, and then as scheduled', async () => {
    const timer = createTimer({ schedule: '0 * * * * *', runOnStartup: true });
    timer.listener.start();
    await timer.passTo(minute);
    expect(timer.secondsOfRuns()).toEqual([0.001, 60]);
  });

  it('waits for longer than setTimeout can', async () => {
    const timer = createTimer({ schedule: '0 0 0 1 7 *' });
    timer.listener.start();
    await timer.passTo(200 * day);
    expect(timer.secondsOfRuns()).toEqual([181 * 86_400]);
  });

  it('stops when told to', async () => {
    const timer = createTimer({ schedule: '0 * * * * *' });
    timer.listener.start();
    await timer.passTo(minute);
    timer.listener.stop();
    await timer.passTo(5 * minute);
    expect(timer.runs).toHaveLength(1);
  });

  it('tells each run of the last one and of its own time', async () => {
    const timer = createTimer({ schedule: '0 * * * * *' });
    timer.listener.start();
    await timer.passTo(2 * minute);
    expect(timer.runs[1]?.info).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: '2026-01-01T00:01:00+00:00',
        Next: '2026-01-01T00:02:00+00:00',
        LastUpdated: '2026-01-01T00:01:00+00:00',
      },
      IsPastDue: false,
    });
  });

  it.each([
    { schedule: '*/10 * * * * *' },
    { schedule: '00:00:30' },
    { schedule: '0 * * * * *', useMonitor: false },
  ])('keeps no status for %j', async (trigger) => {
    const timer = createTimer(trigger);
    await timer.listener.runNow(undefined);
    expect(timer.runs[0]?.info.ScheduleStatus).toBeNull();
  });
});
