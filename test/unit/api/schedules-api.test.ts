import { describe, expect, it } from 'vitest';
import { Poller, type PollResult, skip } from '../../../shared/heddle/actors/poller.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createApiSide } from '../../helpers/api-side.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';
import { ask } from '../../helpers/trigger-scene.ts';

class Shaky extends Poller {
  override readonly name = 'shaky';
  override readonly pollInterval = '20s';
  override poll({ due }: { due: number }): PollResult {
    if (due % 60_000 !== 0) return skip();
    throw new Error('nobody answers');
  }
}

const TRIGGERS = [
  { name: 'berlin', schedule: { cron: '0 8 * * *', timezone: 'Europe/Berlin' }, tags: ['daily'] },
  { name: 'often', schedule: { interval: '10s', jitter: '2s' } },
  { name: 'off', schedule: { interval: '1h', enabled: false } },
  { name: 'gone', source: 'poll', poll: { poller: 'nobody' } },
  { name: 'watch', source: 'poll', poll: { poller: 'shaky' }, displayName: 'Watch' },
];

function createApi() {
  const scene = createScheduleScene(TRIGGERS, { pollers: { shaky: Shaky } });
  return { ...scene, side: createApiSide(scene.engine) };
}

describe('a list of schedules', () => {
  it.each([
    ['', ['berlin', 'gone', 'off', 'often', 'watch']],
    ['kind=poll', ['gone', 'watch']],
    ['kind=schedule&tag=daily', ['berlin']],
    ['state=error', ['gone']],
    ['state=disabled', ['off']],
    ['state=active', ['berlin', 'often', 'watch']],
    ['state=late', []],
  ])('asked with "%s" has them by name', async (query, names) => {
    const { side, live } = createApi();
    await live(61);
    const { items } = await side.listSchedules(ask(query));
    expect(items.map(({ name }) => name)).toEqual(names);
  });

  it('comes in pages', async () => {
    const { side } = createApi();
    const first = await side.listSchedules(ask('limit=3'));
    expect(first.items.map(({ name }) => name)).toEqual(['berlin', 'gone', 'off']);
    const rest = await side.listSchedules(ask(`limit=3&continuation=${first.continuation}`));
    expect(rest.items.map(({ name }) => name)).toEqual(['often', 'watch']);
    expect(rest.continuation).toBeUndefined();
  });

  it.each(['colour=red', 'state=tired', 'limit=0'])('asked with "%s" is refused', async (query) => {
    const { side } = createApi();
    const asked = side.listSchedules(ask(query));
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'query_invalid' });
  });
});

describe('a schedule', () => {
  it('says what it does next, in UTC and by the clocks there', async () => {
    const { side, live } = createApi();
    await live(1);
    expect(await side.getSchedule('berlin')).toEqual({
      backlog: { waiting: 0 },
      ...{ name: 'berlin', kind: 'schedule', state: 'active', actor: 'note', tags: ['daily'] },
      schedule: expect.objectContaining({ cron: '0 8 * * *', misfire: 'fireOnce', grace: 30_000 }),
      timezone: 'Europe/Berlin',
      since: '2026-01-01T00:00:00.000Z',
      next: { utc: '2026-01-01T07:00:00.000Z', local: '2026-01-01T08:00:00+01:00' },
      interval: { configuredMs: 86_400_000 },
      ...{ planned: 0, missed: 0, rearmed: 0 },
    });
  });

  it('says what it did, with the lag behind its jitter, and how often really', async () => {
    const { side, live } = createApi();
    await live(95);
    const { last, lastPlanned, interval, planned } = await side.getSchedule('often');
    expect(lastPlanned).toBe('2026-01-01T00:01:30.000Z');
    expect(last?.fire).toMatch(/^2026-01-01T00:01:[23]0.000Z$/);
    expect(last).toMatchObject({ status: 'succeeded' });
    expect(last?.lagMs).toBeGreaterThanOrEqual(0);
    expect(last?.lagMs).toBeLessThan(1000);
    expect(interval.configuredMs).toBe(10_000);
    expect(Math.abs((interval.effectiveMs ?? 0) - 10_000)).toBeLessThan(500);
    expect(planned).toBeGreaterThan(9);
  });

  it('shows a pause, and why', async () => {
    const { side, engine } = createApi();
    await pauseTrigger(engine, 'often', { by: 'operator', message: 'for repairs' });
    const view = await side.getSchedule('often');
    expect(view).toMatchObject({ state: 'paused', message: 'for repairs' });
  });

  it('is late when nothing plans its fires', async () => {
    const { side, live, clock } = createApi();
    await live(10);
    await clock.advance(180_000);
    const view = await side.getSchedule('often');
    expect(view.state).toBe('late');
    expect(view.message).toMatch(/^nothing has planned its fire of 2026-01-01T00:01:/);
  });

  it('of a poller says how its polls went', async () => {
    const { side, live } = createApi();
    await live(61);
    expect(await side.getSchedule('watch')).toMatchObject({
      ...{ kind: 'poll', state: 'active', displayName: 'Watch' },
      interval: { configuredMs: 20_000, effectiveMs: 20_000 },
      poll: {
        ...{ poller: 'shaky', outcome: 'failed', error: 'nobody answers', failures: 1 },
        ...{ lastPollAt: '2026-01-01T00:01:00.000Z', polls: 3, fires: 0, lagMs: 0 },
      },
    });
  });

  it('of a poller that is not there is in error, and says so', async () => {
    const { side } = createApi();
    const view = await side.getSchedule('gone');
    expect(view).toMatchObject({ state: 'error', message: 'no poller "nobody" is registered' });
  });

  it.each([
    ['oftn', 'Did you mean "often"?'],
    ['constructor', 'See /api/v1/schedules.'],
  ])('that is not there, such as "%s", is 404 and says where to look', async (name, hint) => {
    const { side } = createApi();
    for (const asked of [side.getSchedule(name), side.previewTrigger(name, ask())]) {
      await expect(asked).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining(hint),
      });
    }
  });
});

describe('a preview', () => {
  it('has the next fires of a trigger', async () => {
    const { side } = createApi();
    const { fires } = await side.previewTrigger('berlin', ask('count=2'));
    expect(fires).toMatchObject([
      { utc: '2026-01-01T07:00:00.000Z', local: '2026-01-01T08:00:00+01:00' },
      { utc: '2026-01-02T07:00:00.000Z', local: '2026-01-02T08:00:00+01:00' },
    ]);
  });

  it.each([
    [{ schedule: '0 9 * * 1-5', timezone: 'Asia/Tokyo' }, '2026-01-02T09:00:00+09:00'],
    [{ schedule: '{"interval":"90s"}' }, '2026-01-01T00:01:30+00:00'],
    [{ schedule: '{"at":"02:00","timezone":"Asia/Tokyo"}' }, '2026-01-02T02:00:00+09:00'],
    [{ schedule: '["0 9 * * *",{"at":"02:00"}]' }, '2026-01-01T02:00:00+00:00'],
    [{ schedule: '@every 5m' }, '2026-01-01T00:05:00+00:00'],
    [{ schedule: '0 9 * * *', timezone: 'Tokyo Standard Time' }, '2026-01-02T09:00:00+09:00'],
  ])('has those of a schedule that is to be: %j', async (query, local) => {
    const { side } = createApi();
    const { fires } = await side.previewSchedule(
      new URLSearchParams(query as Record<string, string>),
    );
    expect(fires).toHaveLength(10);
    expect(fires[0]?.local).toBe(local);
  });

  it('has the fires that are left out', async () => {
    const { side } = createApi();
    const schedule = JSON.stringify({ at: '09:00', exclude: ['01-02', '2026-01-04/2026-01-05'] });
    const query = new URLSearchParams({ schedule, count: '3' });
    const { fires, excluded = [] } = await side.previewSchedule(query);
    const toDays = (shown: readonly { readonly utc: string }[]) =>
      shown.map(({ utc }) => utc.slice(8, 10));
    expect([toDays(fires), toDays(excluded)]).toEqual([
      ['01', '03', '06'],
      ['02', '04', '05'],
    ]);
  });

  it.each([
    [{}, 'query_invalid', 'schedule'],
    [{ schedule: 'tomorrow' }, 'schedule_invalid', 'expected a cron expression'],
    [{ schedule: '0 0 30 2 *' }, 'schedule_invalid', 'never fires'],
    [{ schedule: '0 9 * * *', timezone: 'Europe/Berlun' }, 'schedule_invalid', 'Europe/Berlin'],
    [{ schedule: '{"interval":"10ms"}' }, 'schedule_invalid', 'expected at least 1s'],
    [{ schedule: '{"every":{"hour":6}}' }, 'schedule_invalid', 'hour": did you mean hours?'],
    [{ schedule: '[{"at":"2"}]' }, 'schedule_invalid', '0.at: expected a time'],
    [{ schedule: '{"interval"' }, 'schedule_invalid', 'as JSON'],
    [{ schedule: '* * * * *', count: '5000' }, 'query_invalid', 'count'],
  ])('of %j is refused with what is wrong', async (query, code, part) => {
    const { side } = createApi();
    const asked = side.previewSchedule(new URLSearchParams(query as Record<string, string>));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RejectedError);
    expect(error).toMatchObject({ status: 400, code, message: expect.stringContaining(part) });
  });
});
