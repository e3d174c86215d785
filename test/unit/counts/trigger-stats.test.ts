import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addHours,
  type HourStats,
  mergeTriggerStats,
  NOTHING,
  sumDay,
  type TriggerStats,
  toHour,
} from '../../../shared/heddle/domain/trigger-stats.ts';
import { TriggerLog } from '../../../shared/heddle/pipeline/counts/trigger-log.ts';
import { TRIGGER_STATS } from '../../../shared/heddle/ports/collections.ts';
import { createWorld } from '../../helpers/world.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 3, 12, 30);

const AT = new Date(NOW).toISOString();
const ATTEMPT = { attempt: 1, startedAt: AT, endedAt: AT, outcome: 'succeeded' } as const;

const hoursAgo = (hours: number) => toHour(NOW - hours * HOUR);

function createStats(hours: Readonly<Record<string, HourStats>>): TriggerStats {
  return { id: 't', updatedAt: new Date(NOW).toISOString(), hours };
}

const count = fc.integer({ min: 0, max: 1000 });
const anyHour: fc.Arbitrary<HourStats> = fc.record({
  ...{ runs: count, succeeded: count, failed: count, skipped: count, cancelled: count },
  ...{ attempts: count, totalMs: count, maxMs: count },
});
const anyStats = fc
  .dictionary(fc.integer({ min: 0, max: 47 }).map(hoursAgo), anyHour)
  .map(createStats);

describe('counts of a trigger', () => {
  it('are the same in whatever order they are merged, and lose nothing', () => {
    fc.assert(
      fc.property(anyStats, anyStats, anyStats, (a, b, c) => {
        const left = mergeTriggerStats(mergeTriggerStats(a, b), c);
        const right = mergeTriggerStats(c, mergeTriggerStats(b, a));
        expect(left).toEqual(right);
        const all = [a, b, c].flatMap(({ hours }) => Object.values(hours));
        expect(Object.values(left.hours).reduce(addHours, NOTHING)).toEqual(
          all.reduce(addHours, NOTHING),
        );
      }),
    );
  });

  it('are kept for two days', () => {
    const one = { ...NOTHING, runs: 1 };
    const hours = { [hoursAgo(0)]: one, [hoursAgo(47)]: one, [hoursAgo(48)]: one };
    const merged = mergeTriggerStats(createStats(hours), createStats({}));
    expect(Object.keys(merged.hours)).toEqual([hoursAgo(0), hoursAgo(47)]);
  });

  it('of a day are those of this hour and the 23 before', () => {
    const one = { ...NOTHING, runs: 1, maxMs: 5 };
    const stats = createStats({ [hoursAgo(0)]: one, [hoursAgo(23)]: one, [hoursAgo(24)]: one });
    expect(sumDay(stats, NOW)).toMatchObject({ runs: 2, maxMs: 5 });
  });
});

describe('the log of triggers', () => {
  it('adds up what two instances count, in one document', async () => {
    const { engine, clock, store } = createWorld([], {});
    const [one, other] = [new TriggerLog(engine), new TriggerLog(engine)];
    one.noteBegun('t');
    one.noteAttempt('t', 40);
    one.noteEnded({ trigger: 't', status: 'succeeded', attempts: [ATTEMPT] });
    other.noteEnded({ trigger: 't', status: 'skipped', attempts: [] });
    other.noteBegun('t');
    other.noteAttempt('t', 20);
    await clock.advance(10_000);
    await Promise.all([one.flush(), other.flush()]);
    // One of them came second, and tries again.
    await clock.advance(10_000);
    await Promise.all([one.flush(), other.flush()]);
    const fresh = await new TriggerLog(engine).read('t');
    expect(Object.values(fresh?.hours ?? {})).toEqual([
      { ...NOTHING, runs: 3, succeeded: 1, skipped: 1, attempts: 2, totalMs: 60, maxMs: 40 },
    ]);
    expect(await one.readAll()).toEqual(new Map([['t', fresh]]));
    expect((await store.list(TRIGGER_STATS, { limit: 9 })).items).toHaveLength(1);
  });

  it('has nothing of a trigger that never ran', async () => {
    const { engine } = createWorld([], {});
    expect(await new TriggerLog(engine).read('t')).toBeUndefined();
  });

  it('counts on while the store is away, and writes it all when it is back', async () => {
    const { engine } = createWorld([], {});
    let isAway = true;
    const store = new Proxy(engine.store, {
      get(target, name) {
        const method = Reflect.get(target, name);
        return (...given: unknown[]) =>
          isAway ? Promise.reject(new Error('away')) : method.apply(target, given);
      },
    });
    const log = new TriggerLog({ ...engine, store });
    log.noteBegun('t');
    await log.flush();
    log.noteBegun('t');
    await log.flush();
    isAway = false;
    await log.flush();
    expect(Object.values((await new TriggerLog(engine).read('t'))?.hours ?? {})).toMatchObject([
      { runs: 2 },
    ]);
  });
});
