import { describe, expect, it } from 'vitest';
import { toHealth } from '../../../shared/heddle/api/health.ts';
import {
  continueResuming,
  findTriggerFaults,
} from '../../../shared/heddle/composition/trigger-upkeep.ts';
import { MAX_MATCH_FAILURES } from '../../../shared/heddle/pipeline/engine/trigger-states.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createRecordingTelemetry } from '../../helpers/recording-telemetry.ts';
import { ask, createTriggerScene, type TriggerScene } from '../../helpers/trigger-scene.ts';
import { CrashPlan } from '../../helpers/world.ts';

/** A trigger whose code filter throws while the switch is on. */
function createBroken() {
  const broken = { isOn: true, asked: 0 };
  const filter = () => {
    broken.asked++;
    if (broken.isOn) throw new Error('the key top-secret-value is not known');
    return true;
  };
  const code = new Map([['broken', { filter }]]);
  const names = ['broken', 'sound'];
  const triggers = names.map((name) => ({ name, actor: 'work' }));
  return { broken, scene: createTriggerScene(triggers, { code }) };
}

async function post({ post, drain }: TriggerScene, count: number, prefix = 'e'): Promise<void> {
  for (let number = 0; number < count; number++) {
    await post(`${prefix}${number}`);
    await drain();
  }
}

describe('a trigger whose matching fails', () => {
  it('is in error after so many times in a row, and says why without a secret', async () => {
    const { scene, broken } = createBroken();
    await post(scene, MAX_MATCH_FAILURES - 1);
    expect((await scene.side.getTrigger('broken')).status).toBe('active');
    await post(scene, 1, 'last');
    expect(await scene.side.getTrigger('broken')).toMatchObject({
      ...{ status: 'error', since: expect.stringMatching(/^2026-01-01T00:00:/) },
      message: 'code.filter has thrown: the key *** is not known',
    });
    expect(broken.asked).toBe(MAX_MATCH_FAILURES);
    expect((await scene.side.listTriggers(ask('status=error'))).items).toHaveLength(1);
    expect(await scene.side.getTriggerStats()).toMatchObject({
      ...{ total_triggers: 2, active_triggers: 1, error_triggers: 1 },
    });
  });

  it('is no longer matched, while its events are still recorded and others run', async () => {
    const { scene, broken } = createBroken();
    await post(scene, MAX_MATCH_FAILURES + 2);
    expect(broken.asked).toBe(MAX_MATCH_FAILURES);
    const said = await scene.explain(`e${MAX_MATCH_FAILURES}`);
    expect(said.get('broken')).toMatchObject({ outcome: 'unmatched', clause: 'status' });
    expect(said.get('sound')).toMatchObject({ run: { status: 'succeeded' } });
    expect(await scene.events()).toHaveLength(MAX_MATCH_FAILURES + 2);
  });

  it('runs again when it is resumed, and what it has missed stays as it was decided', async () => {
    const { scene, broken } = createBroken();
    await post(scene, MAX_MATCH_FAILURES + 1);
    broken.isOn = false;
    expect(await scene.side.resumeTrigger('broken')).toMatchObject({
      ...{ name: 'broken', status: 'active', released: 0 },
    });
    await post(scene, 1, 'after');
    const runs = await scene.side.listTriggerRuns('broken', ask());
    expect(runs.items.map(({ eventId }) => eventId)).toEqual(['after0']);
  });

  it('begins to count anew when one goes well', async () => {
    const { scene, broken } = createBroken();
    await post(scene, MAX_MATCH_FAILURES - 1);
    broken.isOn = false;
    await post(scene, 1, 'well');
    broken.isOn = true;
    await post(scene, MAX_MATCH_FAILURES - 1, 'again');
    expect((await scene.side.getTrigger('broken')).status).toBe('active');
  });

  it('can be paused: what it matches is held, and what was wrong is still said', async () => {
    const { scene, broken } = createBroken();
    await post(scene, MAX_MATCH_FAILURES);
    const fault = 'code.filter has thrown: the key *** is not known';
    expect(await scene.side.pauseTrigger('broken', {})).toMatchObject({
      ...{ status: 'paused', message: 'by an operator', by: 'operator', fault },
    });
    const again = await scene.side.pauseTrigger('broken', { message: 'Ann mends it' });
    expect(again).toMatchObject({ message: 'Ann mends it', fault });
    expect((await scene.side.listTriggers(ask('status=paused'))).items).toEqual([again]);
    broken.isOn = false;
    await post(scene, 1, 'held');
    const resumed = await scene.side.resumeTrigger('broken');
    expect(resumed).toMatchObject({ status: 'active', released: 1 });
    expect(resumed).not.toHaveProperty('fault');
  });

  it('stays paused where an operator has paused it', async () => {
    const { scene } = createBroken();
    await scene.side.pauseTrigger('broken', { message: 'a freeze' });
    await post(scene, MAX_MATCH_FAILURES + 1);
    expect(await scene.side.getTrigger('broken')).toMatchObject({
      ...{ status: 'paused', message: 'a freeze', by: 'operator' },
    });
  });
});

describe('a trigger that an operator pauses', () => {
  it('says so, since when and why, until it is resumed', async () => {
    const scene = createTriggerScene([{ name: 't', actor: 'work' }]);
    await scene.clock.advance(1000);
    const paused = await scene.side.pauseTrigger('t', { message: ' a freeze ' });
    expect(paused).toMatchObject({
      ...{ status: 'paused', message: 'a freeze', by: 'operator' },
      since: '2026-01-01T00:00:01.000Z',
    });
    await scene.clock.advance(1000);
    // Pausing again changes nothing.
    expect(await scene.side.pauseTrigger('t', {})).toEqual(paused);
    await post(scene, 2);
    expect(await scene.side.resumeTrigger('t')).toMatchObject({ status: 'active', released: 2 });
    await scene.drain();
    const { message, lastRun } = await scene.side.getTrigger('t');
    expect({ message, status: lastRun?.status }).toEqual({ status: 'succeeded' });
  });

  it('takes the message of another pause, and nothing else of it', async () => {
    const triggers = [{ name: 't', actor: 'work', whilePaused: 'keepLast' }];
    const scene = createTriggerScene(triggers);
    const { since } = await scene.side.pauseTrigger('t', { message: 'a freeze' });
    await post(scene, 1);
    await scene.clock.advance(1000);
    const again = await scene.side.pauseTrigger('t', { message: 'a long freeze' });
    expect(again).toMatchObject({ status: 'paused', message: 'a long freeze', since });
    // The breaker does not override an operator.
    await pauseTrigger(scene.engine, 't', { by: 'breaker', message: 'a loop' });
    expect(await scene.side.pauseTrigger('t', {})).toEqual(again);
    await post(scene, 1, 'later');
    expect(await scene.side.resumeTrigger('t')).toMatchObject({ released: 1 });
    await pauseTrigger(scene.engine, 't', { by: 'breaker', message: 'a loop' });
    expect(await scene.side.pauseTrigger('t', { message: 'I look at it' })).toMatchObject({
      ...{ by: 'operator', message: 'I look at it', fault: 'a loop' },
    });
  });

  it('keeps its since while runs are held in favour of later ones', async () => {
    const scene = createTriggerScene([{ name: 't', actor: 'work', whilePaused: 'keepLast' }]);
    const { since } = await scene.side.pauseTrigger('t', {});
    await scene.clock.advance(1000);
    await post(scene, 2);
    expect((await scene.side.getTrigger('t')).since).toBe(since);
    const [first, second] = [await scene.explain('e0'), await scene.explain('e1')];
    expect(first.get('t')).toMatchObject({ run: { instead: { status: 'queued' } } });
    expect(second.get('t')?.text).toMatch(/waits, paused: the trigger is paused: by an operator$/);
  });

  it.each([
    ['a number', { message: 5 }],
    ['nothing', { message: '' }],
    ['something else', { reason: 'x' }],
    ['a text', 'text'],
    ['null', null],
    ['a list', []],
    ['a novel', { message: 'x'.repeat(501) }],
  ])('is asked for with a message or without: %s is 400', async (_, body) => {
    const { side } = createTriggerScene([{ name: 't', actor: 'work' }]);
    await expect(side.pauseTrigger('t', body)).rejects.toMatchObject({
      ...{ status: 400, code: 'body_invalid' },
    });
  });
});

describe('a resumption that is cut off', () => {
  it('goes on with the next beat, and each run is made once', async () => {
    const scene = createTriggerScene([{ name: 't', actor: 'work' }]);
    await scene.side.pauseTrigger('t', {});
    await post(scene, 3);
    scene.crashNext(new CrashPlan(1));
    await expect(scene.side.resumeTrigger('t')).rejects.toThrow();
    scene.crashNext(new CrashPlan());
    await continueResuming(scene.engine);
    await continueResuming(scene.engine);
    await scene.drain();
    expect((await scene.runs()).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
    expect((await scene.side.getTrigger('t')).last24h).toMatchObject({ runs: 3, attempts: 3 });
  });

  it('does no harm where the store is away', async () => {
    const scene = createTriggerScene([{ name: 't', actor: 'work' }]);
    const list = () => Promise.reject(new Error('away'));
    const engine = { ...scene.engine, store: { ...scene.store, list } };
    await scene.side.pauseTrigger('t', {});
    await scene.engine.states.change('t', () => ({ status: 'active', isReleasing: true }));
    await expect(continueResuming(engine)).resolves.toBeUndefined();
  });
});

describe('health', () => {
  async function check({ engine }: TriggerScene) {
    const faults = await findTriggerFaults(engine);
    const triggers = engine.triggers.listed.size;
    return toHealth(
      faults.map((text) => ({ text })),
      { triggers },
    );
  }

  it('is degraded by a trigger in error or paused by the breaker, and says nothing of events', async () => {
    const { scene } = createBroken();
    await post(scene, MAX_MATCH_FAILURES);
    await pauseTrigger(scene.engine, 'sound', { by: 'breaker', message: 'a loop' });
    expect(await check(scene)).toMatchObject({
      status: 'degraded',
      reasons: [
        'trigger broken is in error: its matching has failed; see /api/v1/triggers/broken, and resume it there',
        'trigger sound is paused: its runs look like a loop; see /api/v1/triggers/sound, and resume it there',
      ],
    });
    await scene.side.resumeTrigger('broken');
    await scene.side.resumeTrigger('sound');
    expect(await check(scene)).toMatchObject({ status: 'healthy', reasons: [] });
  });

  it('is not touched by what an operator pauses, nor by triggers that are gone', async () => {
    const scene = createTriggerScene([{ name: 't', actor: 'work' }]);
    await scene.side.pauseTrigger('t', {});
    await pauseTrigger(scene.engine, 'gone', { by: 'breaker', message: 'a loop' });
    expect(await check(scene)).toMatchObject({ status: 'healthy' });
  });
});

describe('what limits keep from beginning', () => {
  it('is measured by trigger and limit, once for each run', async () => {
    const telemetry = createRecordingTelemetry();
    const dedupe = { key: 'all', window: '1h' };
    const triggers = [
      { name: 'once', actor: 'work', dedupe },
      { name: 'held', actor: 'work' },
    ];
    const scene = createTriggerScene(triggers, { telemetry });
    await scene.side.pauseTrigger('held', {});
    await post(scene, 2);
    await scene.side.resumeTrigger('held');
    await scene.drain();
    const held = telemetry.measured.filter((line) => line.startsWith('heddle.runs.held'));
    expect(held.toSorted()).toEqual([
      'heddle.runs.held {"trigger":"held","limit":"paused","outcome":"waiting"} 1',
      'heddle.runs.held {"trigger":"held","limit":"paused","outcome":"waiting"} 1',
      'heddle.runs.held {"trigger":"once","limit":"dedupe","outcome":"skipped"} 1',
    ]);
  });
});
