import { describe, expect, it } from 'vitest';
import { Poller, type PollResult, skip } from '../../../shared/heddle/actors/poller.ts';
import { createScheduleScene, type ScheduleScene } from '../../helpers/schedule-scene.ts';
import { toTriggers } from '../../helpers/world.ts';

const EVERY_10_S = { name: 'often', schedule: { interval: '10s' } };

/** Replaces the triggers of an app that goes on. */
function replace({ engine }: ScheduleScene, ...triggers: readonly object[]): void {
  const written = triggers.map((one) => ({ source: 'schedule', actor: 'note', ...one }));
  engine.catalogue.replace('base', toTriggers(...written));
}

describe('a schedule that is replaced while the app runs', () => {
  it('begins with the next tick, and what was sent for the old one is left out', async () => {
    const scene = createScheduleScene([EVERY_10_S]);
    await scene.live(12);
    replace(scene, { name: 'often', schedule: { interval: '15s' } });
    await scene.live(50);
    expect(scene.times('often')).toEqual(['00:00:10', '00:00:30', '00:00:45', '00:01:00']);
    const skipped = (await scene.runs()).filter(({ status }) => status === 'skipped');
    expect(skipped.length).toBeGreaterThan(0);
    for (const run of skipped) {
      expect(run).toMatchObject({ held: { limit: 'misfire', detail: /schedule has changed/ } });
    }
  });

  it('fires no more where it is taken out, and again where it comes back', async () => {
    const scene = createScheduleScene([EVERY_10_S], { losesTriggers: true });
    await scene.live(12);
    replace(scene);
    await scene.live(30);
    expect(scene.times('often')).toEqual(['00:00:10']);
    replace(scene, { name: 'often', schedule: { interval: '7s' } });
    await scene.live(30);
    expect(scene.times('often').length).toBeGreaterThan(1);
  });

  it('goes on undisturbed where another one is replaced', async () => {
    const scene = createScheduleScene([EVERY_10_S]);
    await scene.live(12);
    const before = await scene.ledger('often');
    replace(scene, EVERY_10_S, { name: 'other', schedule: { interval: '20s' } });
    await scene.live(50);
    expect(scene.times('often')).toHaveLength(6);
    expect(scene.times('other')).toEqual(['00:00:20', '00:00:40', '00:01:00']);
    expect(await scene.ledger('often')).toMatchObject({ since: before?.since, missed: 0 });
  });
});

describe('a poller', () => {
  it('starts and stops with its trigger, without a restart', async () => {
    let polls = 0;
    class Inbox extends Poller {
      override readonly name = 'inbox';
      override poll(): PollResult {
        polls++;
        return skip();
      }
    }
    const scene = createScheduleScene([EVERY_10_S], { pollers: { inbox: Inbox } });
    await scene.live(30);
    expect(polls).toBe(0);
    const poll = { name: 'p', source: 'poll', poll: { poller: 'inbox', interval: '10s' } };
    replace(scene, EVERY_10_S, poll);
    await scene.live(60);
    expect(polls).toBeGreaterThan(3);
    const before = polls;
    replace(scene, EVERY_10_S);
    await scene.live(60);
    expect(polls).toBe(before);
  });
});
