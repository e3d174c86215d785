import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { acquireSlot } from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import { COOLDOWN } from '../../../shared/heddle/pipeline/limits/gates/cooldown.ts';
import { DEDUPE } from '../../../shared/heddle/pipeline/limits/gates/dedupe.ts';
import { DEPTH } from '../../../shared/heddle/pipeline/limits/gates/depth.ts';
import { ENABLED } from '../../../shared/heddle/pipeline/limits/gates/enabled.ts';
import { LINE } from '../../../shared/heddle/pipeline/limits/gates/line.ts';
import { MISFIRE } from '../../../shared/heddle/pipeline/limits/gates/misfire.ts';
import { PAUSED } from '../../../shared/heddle/pipeline/limits/gates/paused.ts';
import { REPLAYABLE } from '../../../shared/heddle/pipeline/limits/gates/replayable.ts';
import { SLOTS } from '../../../shared/heddle/pipeline/limits/gates/slots.ts';
import { WINDOW_OPEN } from '../../../shared/heddle/pipeline/limits/gates/window-open.ts';
import { createLimitsScene } from './limits-scene.ts';

const PASSED = { outcome: 'passed' };
const skipped = (held: object) => ({ outcome: 'skipped', held });

describe('what a run is recorded with that a gate skips', () => {
  it('a trigger that is disabled', async () => {
    const { check } = createLimitsScene({ enabled: false });
    expect(await check(ENABLED, 'a')).toEqual(
      skipped({ limit: 'disabled', detail: 'the trigger says "enabled: false"' }),
    );
  });

  it('a chain that is too long: its trigger is paused by the breaker', async () => {
    const { check, engine, logger } = createLimitsScene();
    const message = '11 runs have led to each other, of which 10 are allowed';
    expect(await check(DEPTH, 'a', { depth: 11 })).toMatchObject(
      skipped({ limit: 'depth', detail: expect.stringContaining(message) }),
    );
    expect(engine.states.of('t')).toMatchObject({
      ...{ status: 'paused', by: 'breaker', message: expect.stringContaining(message) },
    });
    expect(logger.lines).toEqual([expect.stringMatching(/^error /)]);
  });

  it('an actor that is not to be replayed', async () => {
    const { check, engine } = createLimitsScene();
    class Once extends Actor {
      static override readonly replayable = false;
      execute() {}
    }
    expect(await check(REPLAYABLE, 'a')).toEqual(PASSED);
    Object.assign(engine, { actors: { log: Once } });
    expect(await check(REPLAYABLE, 'b')).toEqual(
      skipped({ limit: 'replay', detail: 'the actor "log" is not to be replayed' }),
    );
    Object.assign(engine, { actors: { log: Actor } });
    expect(await check(REPLAYABLE, 'c')).toEqual(PASSED);
  });

  it('a key of which a run was made', async () => {
    const { check, at } = createLimitsScene({ dedupe: { key: '{{ event.k }}', window: '1m' } });
    const event = { data: { k: 'x'.repeat(300) } };
    expect(await check(DEDUPE, 'a', {}, event)).toEqual(PASSED);
    expect(await check(DEDUPE, 'b', {}, event)).toEqual(
      skipped({
        ...{ limit: 'dedupe', detail: 'a run of the same key was made', until: at(60_000) },
        ...{ by: 'a', key: 'x'.repeat(200) },
      }),
    );
    expect(await check(DEDUPE, 'c', {}, { data: { k: 'other' } })).toEqual(PASSED);
  });

  it('a run of which the last was not long enough ago, by key where there is one', async () => {
    const plain = createLimitsScene({ cooldownSeconds: 5 });
    expect(await plain.check(COOLDOWN, 'a')).toEqual(PASSED);
    const held = {
      ...{ limit: 'cooldown', detail: 'the last run was less than 5 s ago', by: 'a' },
      until: plain.at(5000),
    };
    expect(await plain.check(COOLDOWN, 'b')).toEqual(skipped(held));
    const keyed = createLimitsScene({ cooldownSeconds: 5, concurrencyKey: '{{ event.k }}' });
    expect(await keyed.check(COOLDOWN, 'a', {}, { data: { k: 'one' } })).toEqual(PASSED);
    expect(await keyed.check(COOLDOWN, 'b', {}, { data: { k: 'other' } })).toEqual(PASSED);
    expect(await keyed.check(COOLDOWN, 'c', {}, { data: { k: 'one' } })).toEqual(
      skipped({ ...held, key: 'one' }),
    );
    const alone = { ...PASSED, stored: { document: { emptyKeys: ['concurrencyKey'] } } };
    for (const id of ['d', 'e']) {
      expect(await keyed.check(COOLDOWN, id, {}, { data: { k: '' } })).toMatchObject(alone);
    }
  });

  it('a fire of a schedule that has come too late, or that is no fire any more', async () => {
    const { check } = createLimitsScene({
      ...{ source: 'schedule', schedule: { interval: '1h', misfire: 'skip' } },
    });
    const came = { createdAt: '2026-01-01T05:00:00.000Z' };
    const fire = (time: string, source = 'schedule') => ({ source, time });
    expect(await check(MISFIRE, 'a', came, fire('2026-01-01T05:00:00.000Z'))).toEqual(PASSED);
    expect(await check(MISFIRE, 'b', came, fire('2026-01-01T01:00:00.000Z'))).toEqual(
      skipped({ limit: 'misfire', detail: 'it is 14400 s late, and misfire is skip' }),
    );
    expect(await check(MISFIRE, 'c', came, fire('2026-01-01T04:30:00.000Z'))).toEqual(
      skipped({
        limit: 'misfire',
        detail: 'the schedule has changed, and does not fire then any more',
      }),
    );
    expect(await check(MISFIRE, 'd', came, fire('2026-01-01T01:00:00.000Z', 'manual'))).toEqual(
      PASSED,
    );
  });
});

describe('a gate without what it limits', () => {
  it('lets pass', async () => {
    const { check } = createLimitsScene();
    for (const gate of [DEDUPE, COOLDOWN, MISFIRE, LINE]) {
      expect(await check(gate, gate.name)).toEqual(PASSED);
    }
  });
});

describe('a trigger’s state', () => {
  it('holds its runs where it is paused, and not where it is in error', async () => {
    const { check, engine, read } = createLimitsScene();
    await engine.states.change('t', () => ({ status: 'error', message: 'a condition fails' }));
    expect(await check(PAUSED, 'a')).toEqual(PASSED);
    await engine.states.change('t', () => ({ status: 'paused', message: 'a freeze' }));
    expect(await check(PAUSED, 'b')).toEqual({ outcome: 'settled' });
    expect(await read('b')).toMatchObject({
      ...{ status: 'queued' },
      held: { limit: 'paused', detail: 'the trigger is paused: a freeze' },
    });
  });
});

describe('the run of a window', () => {
  it('is sent for when its window closes, and begins then', async () => {
    const { check, at, due, clock } = createLimitsScene();
    const gathered = { members: ['key-1'], openedAt: at() };
    const open = { gathered, dueAt: at(5000) };
    expect(await check(WINDOW_OPEN, 'a', open)).toEqual({ outcome: 'settled' });
    expect(await due()).toEqual([]);
    await clock.advance(5000);
    expect(await due()).toMatchObject([{ kind: 'run', runId: 'a', attempt: 1 }]);
    expect(await check(WINDOW_OPEN, 'b', { gathered, dueAt: at() })).toEqual(PASSED);
  });

  it('is open no more once it has been held or has begun', async () => {
    const { check, at } = createLimitsScene();
    const open = { gathered: { members: ['key-1'], openedAt: at() }, dueAt: at(5000) };
    const held = { limit: 'paused', detail: '' } as const;
    expect(await check(WINDOW_OPEN, 'a', { ...open, held })).toEqual(PASSED);
    const { gathered: _, ...none } = open;
    expect(await check(WINDOW_OPEN, 'b', none)).toEqual(PASSED);
  });
});

describe('the gates of slots', () => {
  const slot = createSlot('t', 1, 'slots', '');

  async function createTaken(written: object = {}) {
    const scene = createLimitsScene({ maxConcurrent: 1, ...written });
    const other = await scene.put('other');
    await acquireSlot(scene.engine, slot, other.document);
    return scene;
  }

  it('give a run its slot, or say which it misses', async () => {
    const free = createLimitsScene({ maxConcurrent: 1 });
    expect(await free.check(SLOTS, 'a')).toEqual({ outcome: 'passed', slots: [slot] });
    const { check } = await createTaken();
    const held = { limit: 'maxConcurrent', detail: '1 of 1 are executed' };
    expect(await check(SLOTS, 'a')).toEqual({ outcome: 'passed', missing: { slot, held } });
    const skipping = await createTaken({ overlap: 'skip' });
    expect(await skipping.check(SLOTS, 'a')).toEqual(skipped(held));
  });

  it('put a run without its slot in line, and end its delivery', async () => {
    const { engine, pass, waiters, read } = await createTaken();
    const held = { limit: 'maxConcurrent', detail: '1 of 1 are executed' } as const;
    const passing = { ...(await pass('a')), missing: { slot, held } };
    expect(await LINE.check(engine, passing)).toEqual({ outcome: 'settled' });
    expect(await waiters()).toMatchObject([{ id: 'a', slot: slot.id, attempt: 1 }]);
    expect(await read('a')).toMatchObject({ held, slots: [{ id: slot.id, max: 1 }] });
  });

  it('let it pass after all where its slot has become free', async () => {
    const { engine, pass, holders } = createLimitsScene({ maxConcurrent: 1 });
    const held = { limit: 'maxConcurrent', detail: '' } as const;
    const passing = { ...(await pass('a')), missing: { slot, held } };
    expect(await LINE.check(engine, passing)).toMatchObject({
      ...{ outcome: 'passed', slots: [slot], stored: { document: { held } } },
    });
    expect(await holders(slot.id)).toEqual(['a']);
  });

  it('make a run with an ordering key wait a second with its delivery', async () => {
    const { engine, pass, waiters, clock } = await createTaken();
    const held = { limit: 'maxConcurrent', detail: '' } as const;
    const { delivery, ...passing } = await pass('a');
    const ordered = { ...delivery, orderingKey: 'k' };
    let outcome: unknown;
    const checked = LINE.check(engine, { ...passing, delivery: ordered, missing: { slot, held } });
    void checked.then((found) => {
      outcome = found;
    });
    await expect.poll(async () => (await waiters()).length).toBe(1);
    await clock.advance(999);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    await expect.poll(() => outcome).toEqual({ outcome: 'changed' });
    expect(await waiters()).toMatchObject([{ isOrdered: true }]);
  });
});
