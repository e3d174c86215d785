import { describe, expect, it } from 'vitest';
import type { RunOf } from '../../../shared/heddle/domain/run.ts';
import { cancelRun } from '../../../shared/heddle/domain/run-transitions.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { acquireSlot } from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import {
  findRun,
  isHeldByPause,
  isLater,
  sendHeldRuns,
  supersede,
} from '../../../shared/heddle/pipeline/limits/held-runs.ts';
import { holdWhilePaused } from '../../../shared/heddle/pipeline/limits/hold-while-paused.ts';
import { findTurn } from '../../../shared/heddle/pipeline/limits/turn-in-line.ts';
import { WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { createEvent, createRecordingLogger, createTrigger } from '../../helpers/factories.ts';
import { createLimitsScene } from './limits-scene.ts';

const PAUSED = { limit: 'paused', detail: 'the trigger is paused: a freeze' } as const;
const STATE = { id: 't', updatedAt: '', since: '', status: 'paused' } as const;
const SLOT = createSlot('t', 1, 'slots', '');

type Scene = ReturnType<typeof createLimitsScene>;

async function hold(scene: Scene, id: string, more: Partial<RunOf<'queued'>> = {}) {
  const passing = await scene.pass(id, more);
  await holdWhilePaused(scene.engine, passing, {
    ...{ ...STATE, message: 'a freeze' },
  });
}

const pause = ({ engine }: Scene) =>
  engine.states.change('t', () => ({ status: 'paused', message: 'a freeze' }));

describe('a run that a pause holds', () => {
  it('is one that is queued, and held by the pause', async () => {
    const { put, at } = createLimitsScene();
    const { document } = await put('a', { held: PAUSED });
    expect(isHeldByPause(document)).toBe(true);
    expect(isHeldByPause({ ...document, held: { ...PAUSED, limit: 'debounce' } })).toBe(false);
    const { held: _, ...free } = document;
    expect(isHeldByPause(free)).toBe(false);
    expect(isHeldByPause(cancelRun(document, '', at()))).toBe(false);
  });

  it('is recorded with why, counted, and frees its slot and its place in line', async () => {
    const scene = createLimitsScene({ maxConcurrent: 1 });
    await pause(scene);
    const slots = [{ id: SLOT.id, max: 1 }];
    const { document } = await scene.put('other');
    await acquireSlot(scene.engine, SLOT, { ...document, id: 'a' });
    await scene.world.store.create(WAITERS, { id: 'a', slot: SLOT.id, attempt: 1, turn: 'x' });
    await hold(scene, 'a', { slots });
    expect(await scene.read('a')).toMatchObject({ status: 'queued', held: PAUSED });
    expect(await scene.holders(SLOT.id)).toEqual([]);
    expect(await scene.waiters()).toEqual([]);
    expect(scene.telemetry.measured).toEqual([
      'heddle.runs.held {"trigger":"t","limit":"paused","outcome":"waiting"} 1',
    ]);
    expect(await scene.due()).toEqual([]);
  });

  it('is counted once, however often it is held', async () => {
    const scene = createLimitsScene();
    await pause(scene);
    await hold(scene, 'a', { held: PAUSED });
    expect(scene.telemetry.measured).toEqual([]);
  });

  it('says that it was an operator who gave no reason', async () => {
    const scene = createLimitsScene();
    await pause(scene);
    const passing = await scene.pass('a');
    await holdWhilePaused(scene.engine, passing, STATE);
    expect(await scene.read('a')).toMatchObject({
      held: { detail: 'the trigger is paused: by an operator' },
    });
  });

  it('is dropped where the trigger says so', async () => {
    const scene = createLimitsScene({ whilePaused: 'drop' });
    await pause(scene);
    await hold(scene, 'a');
    expect(await scene.read('a')).toMatchObject({ status: 'skipped', held: PAUSED });
    expect(await scene.due()).toEqual([]);
  });

  it('goes on where the trigger was resumed in between', async () => {
    const scene = createLimitsScene();
    await hold(scene, 'a');
    expect(await scene.due()).toMatchObject([{ kind: 'run', runId: 'a', attempt: 1 }]);
  });

  it('is let go with its ordering key', async () => {
    const scene = createLimitsScene({ orderingKey: '{{ event.number }}' });
    const plain = createLimitsScene();
    const event = createEvent();
    const one = await scene.put('a', { event });
    await sendHeldRuns(scene.engine, [one.document]);
    expect(await scene.due()).toMatchObject([{ runId: 'a', orderingKey: expect.any(String) }]);
    const [a, b] = [await plain.put('a', { nextAttempt: 3 }), await plain.put('b')];
    await sendHeldRuns(plain.engine, [a.document, b.document, a.document]);
    const due = await plain.due();
    expect(due).toMatchObject([{ runId: 'a', attempt: 3 }, { runId: 'b' }, { runId: 'a' }]);
    expect(due[0]).not.toHaveProperty('orderingKey');
    // Each has a message of its own: one of the same id would be dropped.
    expect(due[0].id).toMatch(/^run:a:3:resumed:./);
  });

  it('sends nothing where there is none', async () => {
    const { engine } = createLimitsScene();
    const queue = { ...engine.queue, send: () => Promise.reject(new Error('not asked')) };
    await sendHeldRuns({ ...engine, queue }, []);
  });
});

describe('the last run of those that a pause holds', () => {
  it('alone is kept, in whatever order they come to be held', async () => {
    for (const order of [
      ['1', '2', '3'],
      ['3', '1', '2'],
      ['2', '3', '1'],
    ]) {
      const scene = createLimitsScene({ whilePaused: 'keepLast' });
      await pause(scene);
      for (const n of order) {
        await hold(scene, `r${n}`, { createdAt: `2026-01-01T00:00:0${n}.000Z` });
      }
      const runs = await scene.world.runs();
      expect(Object.fromEntries(runs.map(({ id, status }) => [id, status]))).toEqual({
        ...{ r1: 'skipped', r2: 'skipped', r3: 'queued' },
      });
      expect(scene.engine.states.of('t')).toMatchObject({ lastHeld: 'r3', status: 'paused' });
    }
  });

  it('is kept instead of others, which say so', async () => {
    const { engine, put, read } = createLimitsScene();
    await put('a', { held: PAUSED });
    await put('free');
    await supersede(engine, 'a', 'last');
    await supersede(engine, 'free', 'last');
    await supersede(engine, 'none', 'last');
    expect(await read('a')).toMatchObject({
      ...{ status: 'skipped', held: { limit: 'paused', by: 'last' } },
    });
    expect(await read('a')).toMatchObject({
      held: { detail: 'the trigger is paused, and a later run was kept' },
    });
    expect(await read('free')).toMatchObject({ status: 'queued' });
  });

  it('is the one made last, and of those made at once the one with the greater id', async () => {
    const { put } = createLimitsScene();
    const at = (id: string, createdAt: string) =>
      put(id, { createdAt }).then(({ document }) => document);
    const early = await at('z', '2026-01-01T00:00:00.000Z');
    const late = await at('a', '2026-01-01T00:00:01.000Z');
    const same = await at('b', '2026-01-01T00:00:01.000Z');
    expect([isLater(late, early), isLater(early, late)]).toEqual([true, false]);
    expect([isLater(same, late), isLater(late, same)]).toEqual([true, false]);
    expect(isLater(late, late)).toBe(false);
  });

  it('is found by its id', async () => {
    const { engine, put } = createLimitsScene();
    const { document } = await put('a');
    expect(await findRun(engine, 'a')).toEqual(document);
    expect(await findRun(engine, 'none')).toBeUndefined();
    expect(await findRun(engine, undefined)).toBeUndefined();
  });
});

describe('the turn of a run in line', () => {
  const AT = '2026-01-01T00:00:00.000Z';
  const STEP_MS = 10 * 365 * 86_400_000;

  async function find(priority: unknown, data: object = {}) {
    const scene = createLimitsScene();
    const { document } = await scene.put('a', { createdAt: AT });
    const logger = createRecordingLogger();
    const trigger = createTrigger(priority === undefined ? {} : { priority });
    const event = createEvent({ data: { ...data } });
    const turn = await findTurn({ logger }, document, { trigger, event });
    await findTurn({ logger }, document, { trigger, event });
    return { steps: (Date.parse(AT) - Date.parse(turn)) / STEP_MS, lines: logger.lines };
  }

  it.each([
    [undefined, {}, 0],
    [3, {}, 3],
    [-10, {}, -10],
    ['{{ event.n }}', { n: 7 }, 7],
    ['{{ event.n }}', { n: ' 2.6 ' }, 3],
    ['{{ event.n }}', { n: 99 }, 10],
    ['{{ event.n }}', { n: -99 }, -10],
  ])('with priority %j and event %j is moved by %i steps', async (priority, data, steps) => {
    const found = await find(priority, data);
    expect(found.steps + 0).toBe(steps);
    expect(found.lines).toEqual([]);
  });

  it.each([{ n: 'word' }, { n: '' }, { n: '  ' }])(
    'is that of its time where the priority is no number: %j, which a log says once',
    async (data) => {
      const found = await find('{{ event.n }}', data);
      expect(found.steps + 0).toBe(0);
      expect(found.lines).toEqual([
        expect.stringMatching(/^warn .*a-trigger.*"eventId":"delivery-1"/),
      ]);
    },
  );
});
