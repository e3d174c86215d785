import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { fire, Poller } from '../../../shared/heddle/actors/poller.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

class Eager extends Poller {
  override readonly name = 'eager';
  override readonly pollInterval = '1h';
  override poll() {
    return fire({ found: true });
  }
}

const TRIGGERS = [
  {
    ...{ name: 'nightly', source: 'schedule', actor: 'log', data: { report: 'cost' } },
    schedule: { at: '02:00', misfire: 'skip' },
  },
  { name: 'off', source: 'schedule', schedule: '@daily', actor: 'log', enabled: false },
  { name: 'watch', source: 'poll', poll: { poller: 'eager' }, actor: 'log' },
];

async function open() {
  const runtime = createRuntime();
  runtime.registerPoller(Eager);
  const app = await createTestApp({
    triggers: TRIGGERS,
    app: { runtime },
    now: '2026-12-01T10:00:30Z',
  });
  await app.advance('1s');
  const run = (name: string, key?: string) =>
    app.app.call('api-schedule-run', { params: { name }, ...(key && { key }) });
  const ranOf = async (name: string) =>
    (await app.runs()).filter(({ trigger }) => trigger === name);
  return { app, run, ranOf, [Symbol.asyncDispose]: () => app.stop() };
}

describe('a schedule that is run now', () => {
  it('makes a fire of its own, which is neither late nor missed', async () => {
    await using scene = await open();
    const answer = await scene.run('nightly');
    await scene.app.advance('1s');
    expect(answer.scheduledTime).toBe('2026-12-01T10:00:31.000Z');
    const [ran, ...others] = await scene.ranOf('nightly');
    expect(others).toEqual([]);
    expect(ran).toMatchObject({ id: answer.runId, status: 'succeeded', eventId: answer.eventId });
    const view = await scene.app.app.call('api-schedule-view', { params: { name: 'nightly' } });
    expect(view).toMatchObject({ state: 'active', missed: 0, next: { utc: expect.any(String) } });
    await scene.app.advance('17h');
    expect(await scene.ranOf('nightly')).toHaveLength(2);
  });

  it('has the data of the trigger, the time, and that a caller has asked for it', async () => {
    await using scene = await open();
    const { eventId = '' } = await scene.run('nightly', 'again');
    await scene.app.advance('1s');
    expect(eventId).toBe('nightly:now:again');
    const [event] = await scene.app.events();
    const previousTime = '2026-12-01T02:00:00.000Z';
    expect(event?.data).toMatchObject({ report: 'cost', previousTime, manual: true });
  });

  it('is run once for a repeated request with the same key', async () => {
    await using scene = await open();
    for (const key of ['a', 'a', 'b']) await scene.run('nightly', key);
    await scene.app.advance('1s');
    expect(await scene.ranOf('nightly')).toHaveLength(2);
  });

  it('polls now where the trigger polls', async () => {
    await using scene = await open();
    const before = (await scene.ranOf('watch')).length;
    const answer = await scene.run('watch');
    expect(answer).toEqual({ scheduledTime: '2026-12-01T10:00:31.000Z' });
    await scene.app.advance('1s');
    expect(await scene.ranOf('watch')).toHaveLength(before + 1);
  });

  it('is refused where nothing would come of it', async () => {
    await using scene = await open();
    await expect(scene.run('off')).rejects.toMatchObject({ code: 'trigger_disabled' });
    await expect(scene.run('nighty')).rejects.toMatchObject({ code: 'schedule_unknown' });
    await scene.app.app.call('api-trigger-pause', { params: { name: 'watch' } });
    await expect(scene.run('watch')).rejects.toMatchObject({ code: 'trigger_paused' });
  });
});
