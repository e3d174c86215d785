import { describe, expect, it } from 'vitest';
import { fire, Poller } from '../../../shared/heddle/actors/poller.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';

class Beat extends Poller {
  override readonly name = 'beat';
  override readonly pollInterval = '10s';
  override poll({ due }: { readonly due: number }) {
    return fire({ scheduledTime: new Date(due).toISOString() });
  }
}

const TRIGGERS = [
  { name: 'often', schedule: { interval: '10s' } },
  { name: 'beat', source: 'poll', poll: { poller: 'beat' } },
];

/**
 * Plans and polls for half a minute with a clock that is wrong by this much, and keeps the results.
 */
async function liveWithWrongClock(aheadMs: number) {
  const scene = createScheduleScene(TRIGGERS, { pollers: { beat: Beat } });
  await scene.live(30);
  const { clock } = scene.engine;
  Object.assign(scene.engine, { clock: { ...clock, now: () => clock.now() + aheadMs } });
  scene.restart();
  await scene.live(30);
  Object.assign(scene.engine, { clock });
  return scene;
}

describe('a clock that was put back', () => {
  it.each(['1h', '10 years'])('by %s stops neither schedules nor pollers', async (by) => {
    const scene = await liveWithWrongClock(by === '1h' ? 3_600_000 : 315_360_000_000);
    scene.restart();
    const begun = scene.fired.length;
    await scene.live(300);
    for (const name of ['often', 'beat']) {
      const fired = scene.fired.slice(begun).filter((one) => one.name === name);
      const times = fired.map(({ input }) => String(input.scheduledTime));
      expect(times).toContain('2026-01-01T00:05:50.000Z');
      expect(new Set(times).size).toBe(times.length);
    }
  });

  it('is noticed by a process that goes on', async () => {
    const scene = await liveWithWrongClock(3_600_000);
    await scene.live(300);
    expect(scene.times('often')).toContain('00:05:50');
  });
});
