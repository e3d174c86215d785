import { describe, expect, it } from 'vitest';
import { createQueuedRun, failRun } from '../../shared/domain/run-transitions.ts';
import { toEventTtl, toRunTtl } from '../../shared/pipeline/retention.ts';
import { createNewRun, createTrigger } from '../helpers/factories.ts';

const DAY = 86_400;
const engine = { retentionDays: 30 };
const NOW = '2026-01-01T00:00:00.000Z';
const queued = createQueuedRun(createNewRun(), NOW);
const failed = failRun(queued, { code: 'x', message: 'x' }, NOW);
const keeping = (retentionDays: number, rest: object = {}) =>
  createTrigger({ retentionDays, ...rest });

describe('a run', () => {
  it('is kept as long as its trigger says, or else as the settings say', () => {
    expect(toRunTtl(engine, keeping(7), failed)).toEqual({ ttlSeconds: 7 * DAY });
    expect(toRunTtl(engine, createTrigger(), failed)).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('of a trigger that is gone is kept as the settings say', () => {
    expect(toRunTtl(engine, undefined, failed)).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('that has not ended stays: what was acknowledged does not vanish while it waits', () => {
    expect(toRunTtl(engine, keeping(1), queued)).toEqual({});
  });
});

describe('an event', () => {
  it('that nothing matched is kept as the settings say', () => {
    expect(toEventTtl(engine, [])).toEqual({ ttlSeconds: 30 * DAY });
  });

  it('is kept for the trigger that keeps it longest', () => {
    const ttl = (...days: readonly number[]) =>
      toEventTtl(
        engine,
        days.map((day) => keeping(day)),
      ).ttlSeconds;
    expect(ttl(7)).toBe(7 * DAY);
    expect(ttl(7, 90, 1)).toBe(90 * DAY);
    expect(toEventTtl(engine, [keeping(7), createTrigger()]).ttlSeconds).toBe(30 * DAY);
  });

  it('is still there when the window closes that it was gathered in', () => {
    const debounced = (debounce: object) => toEventTtl(engine, [keeping(1, { debounce })]);
    expect(debounced({ wait: '10s', maxWait: '2d' }).ttlSeconds).toBe(3 * DAY);
    expect(debounced({ wait: '10s' }).ttlSeconds).toBe(8 * DAY);
    const batch = { size: 10, wait: '1500ms' };
    expect(toEventTtl(engine, [keeping(1, { batch })]).ttlSeconds).toBe(DAY + 2);
  });
});
