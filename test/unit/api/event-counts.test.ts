import { describe, expect, it } from 'vitest';
import { countEvents } from '../../../shared/heddle/api/event-counts.ts';
import type { Run } from '../../../shared/heddle/domain/run.ts';

type Made = readonly [event: string, status: Run['status'], members?: readonly string[]];

function count(made: readonly Made[], runs = made.length, limit = 1000) {
  const all = made.map(([eventKey, status, members]) => {
    return { eventKey, status, ...(members ? { gathered: { members } } : {}) } as unknown as Run;
  });
  const list = async (_: unknown, query: { readonly continuation?: string }) => {
    const start = Number(query.continuation ?? 0);
    const next = start + limit < all.length ? { continuation: String(start + limit) } : {};
    return { items: all.slice(start, start + limit), ...next };
  };
  return countEvents({ store: { list } as never }, '2026-01-01T00:00:00.000Z', runs);
}

describe('the count of events', () => {
  it('has each event once, by the worst of its runs', async () => {
    const made: Made[] = [
      ...([
        ['a', 'succeeded'],
        ['a', 'failed'],
        ['a', 'queued'],
        ['b', 'succeeded'],
      ] as Made[]),
      ...([
        ['b', 'skipped'],
        ['c', 'skipped'],
        ['d', 'running'],
        ['d', 'succeeded'],
      ] as Made[]),
      ['e', 'cancelled'],
    ];
    expect(await count(made, 9, 2)).toEqual({
      ...{ total: 5, failed: 1, running: 1, succeeded: 1, cancelled: 1, skipped: 1 },
      isEstimated: false,
    });
  });

  it('has each of the events that a run has gathered', async () => {
    expect(await count([['a', 'succeeded', ['a', 'b', 'c']]])).toMatchObject({
      total: 3,
      succeeded: 3,
    });
  });

  it('is in proportion where there are more runs than it looks at', async () => {
    const made = Array.from({ length: 30_000 }, (_, at): Made => [`e${at}`, 'succeeded']);
    expect(await count(made, 30_000)).toMatchObject({
      ...{ total: 30_000, succeeded: 30_000, failed: 0, isEstimated: true },
    });
  });
});
