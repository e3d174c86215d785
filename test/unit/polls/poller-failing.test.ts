import { describe, expect, it } from 'vitest';
import { Poller, type PollResult, skip } from '../../../shared/heddle/actors/poller.ts';
import { ScheduleWatch } from '../../../shared/heddle/composition/schedule-clock.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';
import { ask } from '../../helpers/trigger-scene.ts';

const EVERY_SECONDS = 20;

/** Creates a trigger `watch` whose polls, every 20 seconds, fail while there is an error. */
function createScene(given: readonly object[] = [{ name: 'watch' }]) {
  const said: { error?: string } = { error: 'nobody answers' };
  class Shaky extends Poller {
    override readonly name = 'shaky';
    override readonly pollInterval = EVERY_SECONDS;
    override poll(): PollResult {
      if (said.error === undefined) return skip();
      throw new Error(said.error);
    }
  }
  const triggers = given.map((one) => ({ source: 'poll', poll: { poller: 'shaky' }, ...one }));
  const scene = createScheduleScene(triggers, { pollers: { shaky: Shaky } });
  const logger = createRecordingLogger();
  Object.assign(scene.engine, { logger });
  let first = 1;
  return {
    ...{ ...scene, said, logger, side: createApiSide(scene.engine) },
    /** Runs this many more polls. */
    async poll(polls: number) {
      await scene.live(polls * EVERY_SECONDS + first);
      first = 0;
    },
    /** The faults that /health shows. */
    faults: () => new ScheduleWatch(scene.engine).findFaults(),
  };
}

const REASON = 'poller watch has failed 5 times in a row; see /api/v1/schedules/watch';

describe('a poller that fails each time', () => {
  it('is a reason of /health from the fifth time on, until it succeeds', async () => {
    const { poll, faults, said } = createScene();
    await poll(4);
    expect(await faults()).toEqual([]);
    await poll(1);
    expect(await faults()).toEqual([REASON]);
    await poll(2);
    expect(await faults()).toEqual([REASON.replace('5', '7')]);
    delete said.error;
    await poll(1);
    expect(await faults()).toEqual([]);
  });

  it('is shown, and found, as failing', async () => {
    const { poll, side, said } = createScene([{ name: 'watch' }, { name: 'off', enabled: false }]);
    const names = async (query: string) =>
      (await side.listSchedules(ask(query))).items.map(({ name }) => name);
    await poll(4);
    expect(await side.getSchedule('watch')).toMatchObject({ state: 'active' });
    expect(await names('state=failing')).toEqual([]);
    await poll(1);
    expect(await side.getSchedule('watch')).toMatchObject({
      ...{ state: 'failing', message: 'failed 5 times in a row' },
      poll: { failures: 5, error: 'nobody answers' },
    });
    expect(await names('state=failing')).toEqual(['watch']);
    expect(await names('state=active')).toEqual([]);
    delete said.error;
    await poll(1);
    expect(await names('state=active')).toEqual(['watch']);
  });

  it('is late where it is not even polled', async () => {
    const { poll, side, clock } = createScene();
    await poll(6);
    await clock.advance(300_000);
    expect(await side.getSchedule('watch')).toMatchObject({ state: 'late' });
  });

  it('is no reason while somebody has paused it', async () => {
    const { poll, faults, side, engine } = createScene();
    await poll(5);
    await pauseTrigger(engine, 'watch', { by: 'operator', message: 'for repairs' });
    expect(await faults()).toEqual([]);
    expect(await side.getSchedule('watch')).toMatchObject({ state: 'paused' });
    await resumeTrigger(engine, 'watch');
    expect(await faults()).toEqual([REASON]);
  });

  it.each([
    ['is gone', []],
    ['is disabled', [{ name: 'watch', enabled: false }]],
    ['is no longer polled', [{ name: 'watch', poll: { poller: 'shaky', enabled: false } }]],
    ['is no poller any more', [{ name: 'watch', source: 'schedule', schedule: '0 8 * * *' }]],
  ])('is no reason once its trigger %s', async (_, others) => {
    const { poll, faults, restart } = createScene();
    await poll(5);
    restart(
      [...others, { name: 'other' }].map((one) =>
        'schedule' in one ? one : { source: 'poll', poll: { poller: 'shaky' }, ...one },
      ),
    );
    expect(await faults()).toEqual([]);
  });

  it('is one of many: ten are reported, and how many there are', async () => {
    const all = Array.from({ length: 12 }, (_, index) => ({ name: `watch-${index}` }));
    const { poll, faults } = createScene(all);
    // Eight are polled at once, the others a second later.
    await poll(6);
    const found = await faults();
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toBe('2 more pollers are failing: see /api/v1/schedules');
  });

  it('has the first line of its error in a reason, and no more of it than 200 characters', async () => {
    const { poll, faults, said } = createScene();
    said.error = `${'x'.repeat(300)}\n${'y'.repeat(300)}`;
    await poll(5);
    const [reason] = await faults();
    expect(reason).toBe(REASON.replace('nobody answers', 'x'.repeat(200)));
  });
});

describe('the log', () => {
  it('says the first failure, then ever fewer of them, and once that it is over', async () => {
    const { poll, logger, said } = createScene();
    await poll(20);
    delete said.error;
    await poll(2);
    expect(logger.lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'warn A poll of watch has failed: nobody answers {}',
      ...[2, 4, 8, 16].map(
        (count) => `warn Polls of watch have failed ${count} times in a row: nobody answers {}`,
      ),
      'info A poll of watch has succeeded, after 20 that had failed {}',
    ]);
    expect(logger.lines.filter((line) => line.startsWith('debug'))).toHaveLength(15);
  });

  it('begins anew after a poll that succeeds', async () => {
    const { poll, logger, said } = createScene();
    await poll(1);
    delete said.error;
    await poll(1);
    said.error = 'nobody at all';
    await poll(1);
    expect(logger.lines).toEqual([
      'warn A poll of watch has failed: nobody answers {}',
      'info A poll of watch has succeeded, after 1 that had failed {}',
      'warn A poll of watch has failed: nobody at all {}',
    ]);
  });
});
