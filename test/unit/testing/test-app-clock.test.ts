import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createRuntime } from '../../../shared/heddle/actors/create-runtime.ts';
import { fire, type PollContext, Poller, skip } from '../../../shared/heddle/actors/poller.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

/** Fails as often as the event asks for. */
class Flaky extends Actor {
  execute({ failures }: { failures: number }): number {
    const { attempt } = this.context.triggerContext;
    if (attempt <= failures) throw new Error('not yet');
    return attempt;
  }
}

/** Fires whenever the hour has changed. */
class Hours extends Poller {
  override readonly name = 'hours';
  override readonly pollInterval = '10m';

  override poll({ state, clock }: PollContext) {
    const hour = new Date(clock.now()).getUTCHours();
    return hour === state ? skip() : fire({ hour }, { state: hour });
  }
}

function toSchedule(schedule: unknown, more: object = {}) {
  return [{ name: 'timed', source: 'schedule', schedule, actor: 'log', ...more }];
}

describe('the clock of a test app', () => {
  it('fires schedules at their local time, over a change of the clocks', async () => {
    const schedule = { cron: '30 8 * * *', timezone: 'Europe/Berlin' };
    const now = '2026-03-27T12:00:00Z';
    await using app = await createTestApp({ triggers: toSchedule(schedule), now });
    await app.advance('4d');
    expect((await app.runs()).map(({ createdAt }) => createdAt)).toEqual([
      '2026-03-28T07:30:00.000Z',
      '2026-03-29T06:30:00.000Z',
      '2026-03-30T06:30:00.000Z',
      '2026-03-31T06:30:00.000Z',
    ]);
    expect(app.now).toBe('2026-03-31T12:00:00.000Z');
  });

  it('runs nothing early, and what is due at the end of the step', async () => {
    await using app = await createTestApp({ triggers: toSchedule('0 9 * * *') });
    expect((await app.advance('8h')).runs).toEqual([]);
    expect((await app.advance(3599)).runs).toEqual([]);
    expect((await app.advance(1)).runs).toHaveLength(1);
    expect((await app.advance('1ms')).runs).toEqual([]);
  });

  it('passes a year of a daily schedule within seconds, and misses nothing', async () => {
    const triggers = toSchedule('0 9 * * *', { retentionDays: 3650 });
    await using app = await createTestApp({ triggers });
    const { runs } = await app.advance('365d');
    expect(runs).toHaveLength(365);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(await app.health()).toMatchObject({ status: 'healthy', queued: 0 });
    expect(app.logs.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('leaves out what has expired, and takes nothing for lost', async () => {
    const triggers = toSchedule({ cron: '0 9 1 * *' }, { retentionDays: 1 });
    await using app = await createTestApp({ triggers, now: '2026-01-02T00:00:00Z' });
    expect((await app.advance('364d')).runs).toEqual([]);
    expect(app.logs.filter(({ message }) => message.startsWith('timed:'))).toHaveLength(11);
    expect(app.logs.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('retries with the growing delays of the trigger', async () => {
    const retry = { maxAttempts: 4, delay: '10s', jitter: 'none' };
    const triggers = [{ name: 'order', source: 'emit', actor: 'flaky', retry }];
    await using app = await createTestApp({ triggers, app: { actors: { flaky: Flaky } } });
    const { runs } = await app.emit('order.paid', { failures: 2 });
    expect(runs).toMatchObject([{ status: 'queued', dueAt: '2026-01-01T00:00:10.000Z' }]);
    await app.advance('10s');
    expect(await app.runs()).toMatchObject([{ dueAt: '2026-01-01T00:00:30.000Z' }]);
    await app.advance('20s');
    expect(await app.runs()).toMatchObject([{ status: 'succeeded', output: 3 }]);
    await app.emit('order.paid', { failures: 9 });
    await app.drain();
    expect((await app.runs()).at(-1)).toMatchObject({
      status: 'failed',
      endedAt: '2026-01-01T00:01:40.000Z',
      attempts: [{}, {}, {}, {}],
    });
  });

  it('retries an event in its order, and holds up those behind it', async () => {
    const order = { orderingKey: '{{ event.customer }}', retry: { delay: '10s', jitter: 'none' } };
    const triggers = [{ name: 'order', source: 'emit', actor: 'flaky', ...order }];
    await using app = await createTestApp({ triggers, app: { actors: { flaky: Flaky } } });
    await app.emit('order.paid', { customer: 'a', failures: 2 });
    expect((await app.emit('order.paid', { customer: 'a', failures: 0 })).runs).toEqual([]);
    expect((await app.emit('order.paid', { customer: 'b', failures: 0 })).runs).toHaveLength(1);
    await app.advance('1m');
    expect((await app.runs()).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
  });

  it('closes a debounce window after the last event', async () => {
    const debounce = { wait: '10s', maxWait: '1m' };
    const triggers = [{ name: 'save', source: 'emit', actor: 'log', debounce }];
    await using app = await createTestApp({ triggers });
    await app.emit('file.changed', { n: 1 });
    await app.advance('9s');
    await app.emit('file.changed', { n: 2 });
    await app.advance('9s');
    expect(await app.runs()).toMatchObject([{ status: 'queued' }, { status: 'skipped' }]);
    await app.advance('1s');
    const members = { gathered: { members: [{}, {}] } };
    expect((await app.runs())[0]).toMatchObject({ status: 'succeeded', ...members });
  });

  it('polls at the interval of the poller', async () => {
    const runtime = createRuntime();
    runtime.registerPoller(Hours);
    const triggers = [{ name: 'hourly', source: 'poll', poll: { poller: 'hours' }, actor: 'log' }];
    await using app = await createTestApp({ triggers, app: { runtime } });
    await app.advance('1d');
    const runs = await app.runs('hourly');
    expect(runs.length).toBeGreaterThanOrEqual(24);
    expect(runs.length).toBeLessThanOrEqual(25);
    expect(await app.health()).toMatchObject({ status: 'healthy' });
  });

  it('ends an attempt at its timeout, while the test goes on', async () => {
    class Endless extends Actor {
      execute(): Promise<never> {
        const { signal } = this.context;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      }
    }
    const trigger = { timeout: '1m', retry: { maxAttempts: 1 } };
    const triggers = [{ name: 'long', source: 'emit', actor: 'endless', ...trigger }];
    await using app = await createTestApp({ triggers, app: { actors: { endless: Endless } } });
    expect((await app.emit('x')).runs).toMatchObject([{ status: 'running' }]);
    await app.advance('59s');
    expect(await app.runs()).toMatchObject([{ status: 'running' }]);
    await app.advance('1s');
    expect(await app.runs()).toMatchObject([{ status: 'failed', error: { code: 'timeout' } }]);
  });

  it('refuses to do more than a test can wait for', async () => {
    await using app = await createTestApp({
      maxSteps: 500,
      triggers: toSchedule({ interval: '1m' }),
    });
    await expect(app.advance('365d')).rejects.toThrow('a longer interval');
  });
});
