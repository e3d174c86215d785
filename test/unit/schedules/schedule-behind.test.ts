import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';

/** Takes longer than the interval of the schedule. */
class Slow extends Actor {
  async execute(): Promise<void> {
    await new Promise((resolve) => {
      this.context.signal.addEventListener('abort', resolve);
    });
  }
}

const TRIGGERS = [
  {
    ...{ name: 'long', source: 'schedule', schedule: { interval: '2s' }, actor: 'slow' },
    ...{ maxConcurrent: 1, timeout: '1h' },
  },
  { name: 'other', source: 'emit', eventType: 'x', actor: 'log' },
];

// source: windmill-labs/windmill PR #10917
describe('a schedule whose runs take longer than its interval', () => {
  it('is behind, and its waiting runs are counted', async () => {
    await using app = await createTestApp({ triggers: TRIGGERS, app: { actors: { slow: Slow } } });
    const view = () => app.app.call('api-schedule-view', { params: { name: 'long' } });
    await app.advance('5s');
    expect(await view()).toMatchObject({ state: 'active' });
    await app.advance('25s');
    const { state, message, backlog } = await view();
    expect(state).toBe('behind');
    expect(message).toBe(
      `${backlog.waiting} of its runs wait, the oldest since ${backlog.oldestAt}: they take longer than its interval`,
    );
    expect(backlog.waiting).toBeGreaterThanOrEqual(12);
    const trigger = await app.app.call('api-trigger-view', { params: { name: 'long' } });
    expect(trigger.backlog).toEqual(backlog);
    const other = await app.app.call('api-trigger-view', { params: { name: 'other' } });
    expect(other.backlog).toEqual({ waiting: 0 });
    const stats = await app.app.call('api-trigger-stats');
    expect(stats.triggers).toMatchObject([
      { name: 'long', waiting: backlog.waiting, oldest_waiting_at: backlog.oldestAt },
      { name: 'other', waiting: 0 },
    ]);
    const { status, reasons } = await app.health();
    expect([status, reasons]).toEqual([
      'degraded',
      [`schedule long is behind: ${message}; see /api/v1/schedules/long`],
    ]);
  });
});
