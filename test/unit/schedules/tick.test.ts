import { describe, expect, it } from 'vitest';
import type { LiveEngine } from '../../../shared/heddle/pipeline/engine/engine.ts';
import { keepTicking } from '../../../shared/heddle/pipeline/schedules/keep-ticking.ts';
import { Ticker } from '../../../shared/heddle/pipeline/schedules/ticker.ts';
import { LEDGERS, TICKS } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { settle } from '../../helpers/gated-actor.ts';
import { createScheduleScene } from '../../helpers/schedule-scene.ts';
import { CrashPlan } from '../../helpers/world.ts';

const EVERY_10_S = { name: 'often', schedule: { interval: '10s' } };
const HOURLY = { name: 'hourly', schedule: '0 * * * *' };

/** A store that counts its calls. */
function counting(engine: LiveEngine) {
  const calls: string[] = [];
  const store = new Proxy(engine.store, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...given: unknown[]) => unknown;
      return (collection: { name: string }, ...rest: unknown[]) => {
        calls.push(`${String(name)} ${collection.name}`);
        return method.call(target, collection, ...rest);
      };
    },
  }) as DocumentStore;
  const ofLedgers = () => calls.filter((call) => call.endsWith(' ledgers'));
  return { engine: { ...engine, store }, ofLedgers };
}

describe('a schedule', () => {
  it('fires at its times, to the millisecond, with the time and the one before', async () => {
    const scene = createScheduleScene([{ ...EVERY_10_S, data: { size: 3 } }]);
    await scene.live(31);
    expect(scene.times('often')).toEqual(['00:00:10', '00:00:20', '00:00:30']);
    expect(scene.fired.map(({ lag }) => lag)).toEqual([0, 0, 0]);
    expect(scene.fired[1]?.input).toMatchObject({
      size: 3,
      scheduledTime: '2026-01-01T00:00:20.000Z',
      previousTime: '2026-01-01T00:00:10.000Z',
    });
  });

  it('fires while no tick comes for a minute', async () => {
    const scene = createScheduleScene([EVERY_10_S]);
    await scene.ticker().tick();
    for (let second = 0; second < 90; second++) {
      await scene.clock.advance(1000);
      await scene.work();
    }
    expect(scene.fired).toHaveLength(9);
  });

  it('is put off by its jitter, never by more, and always alike', async () => {
    const written = { name: 'often', schedule: { interval: '10s', jitter: '8s' } };
    const lags = async () => {
      const scene = createScheduleScene([written]);
      await scene.live(300);
      return scene.fired.map(({ scheduled, lag }) => ({ scheduled, lag }));
    };
    const first = await lags();
    expect(first.length).toBeGreaterThan(25);
    for (const { lag } of first) expect(lag).toBeLessThanOrEqual(9000);
    expect(new Set(first.map(({ lag }) => lag)).size).toBeGreaterThan(4);
    expect(await lags()).toEqual(first);
  });

  it.each([
    ['a trigger', { ...EVERY_10_S, enabled: false }],
    ['the schedule', { name: 'often', schedule: { interval: '10s', enabled: false } }],
  ])('that is switched off at %s plans nothing and misses nothing', async (_, off) => {
    const scene = createScheduleScene([off]);
    await scene.live(30);
    await scene.down(3600);
    scene.restart([EVERY_10_S]);
    await scene.live(11);
    expect(scene.times('often')).toEqual(['01:00:40']);
    expect(await scene.ledger('often')).toMatchObject({ missed: 0 });
  });

  it('that has changed begins now, and what was sent for the old one is left out', async () => {
    const scene = createScheduleScene([EVERY_10_S]);
    await scene.live(12);
    scene.restart([{ name: 'often', schedule: { interval: '15s' } }]);
    await scene.live(50);
    expect(scene.times('often')).toEqual([
      '00:00:10',
      '00:00:15',
      '00:00:30',
      '00:00:45',
      '00:01:00',
    ]);
    const skipped = (await scene.runs()).filter(({ status }) => status === 'skipped');
    expect(skipped.map((run) => 'held' in run && run.held?.limit)).toContain('misfire');
  });

  it('that is gone from the file fires no more, and its ledger goes after a month', async () => {
    const scene = createScheduleScene([EVERY_10_S]);
    await scene.live(12);
    scene.restart([HOURLY]);
    await scene.live(40);
    expect(scene.times('often')).toEqual(['00:00:10']);
    expect(await scene.ledger('often')).toBeDefined();
    await scene.down(31 * 86_400);
    expect(await scene.ledger('often')).toBeUndefined();
  });
});

describe('a tick', () => {
  it('that dies after any of its writes is made up for by the next', async () => {
    for (let at = 1; at <= 4; at++) {
      for (const when of ['before', 'after'] as const) {
        const scene = createScheduleScene([EVERY_10_S]);
        scene.crashNext(new CrashPlan(at, when));
        await scene.ticker().tick();
        scene.crashNext(new CrashPlan());
        scene.restart();
        await scene.live(61);
        const all = ['00:00:10', '00:00:20', '00:00:30', '00:00:40', '00:00:50', '00:01:00'];
        expect(scene.times('often'), `${when} write ${at}`).toEqual(all);
      }
    }
  });

  it('is not doubled by one that comes while it goes on', async () => {
    const { engine, ticker } = createScheduleScene([EVERY_10_S]);
    const counted = counting(engine);
    const own = new Ticker(counted.engine);
    await Promise.all([own.tick(), own.tick(), own.tick()]);
    expect(counted.ofLedgers()).toEqual(['read ledgers', 'create ledgers']);
    await ticker().tick();
  });

  it('reads no ledger that has nothing to do, and writes none that has not changed', async () => {
    const { engine, clock } = createScheduleScene([HOURLY]);
    const counted = counting(engine);
    const ticker = new Ticker(counted.engine);
    for (let minute = 0; minute < 58; minute++) {
      await ticker.tick();
      await clock.advance(60_000);
    }
    const calls = counted.ofLedgers();
    expect(calls.filter((call) => call !== 'read ledgers')).toEqual(['create ledgers']);
    expect(calls.length).toBeLessThanOrEqual(14);
  });

  it('of two instances sends each fire once, whoever remembers what', async () => {
    const scene = createScheduleScene([EVERY_10_S, HOURLY, { name: 'm', schedule: '* * * * *' }]);
    const other = new Ticker({ ...scene.engine });
    for (let round = 0; round < 130; round++) {
      if (round % 3 === 0) await Promise.all([other.tick(), scene.ticker().tick()]);
      else if (round % 7 === 0) await other.tick();
      await scene.live(30);
    }
    expect(scene.times('hourly')).toEqual(['01:00:00']);
    expect(scene.times('m')).toHaveLength(64);
    expect(scene.times('often')).toHaveLength(389);
    expect(new Set(scene.times('often')).size).toBe(389);
    expect(await scene.ledger('often')).toMatchObject({ missed: 0, rearmed: 0 });
  });

  it('survives an instance with an older file, which writes the ledger in between', async () => {
    const scene = createScheduleScene([HOURLY]);
    const old = createScheduleScene([{ name: 'hourly', schedule: '30 * * * *' }]);
    const stale = new Ticker({ ...scene.engine, catalogue: old.engine.catalogue });
    for (let minute = 0; minute < 125; minute++) {
      await scene.live(60);
      if (minute === 50 || minute === 51) await stale.tick();
    }
    expect(scene.times('hourly')).toEqual(['01:00:00', '02:00:00']);
  });

  it('goes on past a trigger whose store does not answer, and does not double it', async () => {
    const scene = createScheduleScene([{ ...EVERY_10_S, name: 'stuck' }, EVERY_10_S]);
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const store = new Proxy(scene.store, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...given: unknown[]) => unknown;
        return async (...given: unknown[]) => {
          if (name === 'read' && given[0] === LEDGERS && given[1] === 'stuck') {
            asked++;
            await promise;
          }
          return method.apply(target, given);
        };
      },
    });
    const logger = createRecordingLogger();
    const ticker = new Ticker({ ...scene.engine, store, logger });
    const first = ticker.tick();
    await settle();
    await scene.clock.advance(20_001);
    await first;
    await ticker.tick();
    expect(asked).toBe(1);
    expect(logger.lines.join()).toContain('Trigger stuck takes more than 20000 ms to be planned');
    expect(await scene.ledger('often')).toMatchObject({ planned: 11 });
    resolve();
    await settle();
    expect(await scene.ledger('stuck')).toMatchObject({ planned: 9 });
  });

  it('says why it cannot plan a trigger, and plans the others', async () => {
    const poll = { name: 'p', source: 'poll', poll: { poller: 'nobody' } };
    const scene = createScheduleScene([poll, EVERY_10_S]);
    await scene.live(11);
    expect(scene.times('often')).toEqual(['00:00:10']);
    expect(await scene.ledger('p')).toMatchObject({ error: 'no poller "nobody" is registered' });
  });

  it('leaves a mark about once a minute', async () => {
    const scene = createScheduleScene([HOURLY]);
    await scene.live(130);
    const mark = await scene.store.read(TICKS, 'tick');
    expect(mark?.document.updatedAt).toBe('2026-01-01T00:02:00.000Z');
  });
});

describe("the app's own clock", () => {
  it('ticks every 15 seconds until it is stopped', async () => {
    const { engine, clock } = createScheduleScene([EVERY_10_S]);
    const times: number[] = [];
    class Noting extends Ticker {
      override tick(): Promise<void> {
        times.push(clock.now() - Date.UTC(2026, 0, 1));
        return super.tick();
      }
    }
    const stop = keepTicking(new Noting(engine), clock);
    await clock.advance(46_000);
    await stop();
    await clock.advance(60_000);
    expect(times).toEqual([15_000, 30_000, 45_000]);
  });
});
