import { describe, expect, it } from 'vitest';
import { toLineMessageId } from '../../../shared/heddle/domain/message.ts';
import {
  giveUpLine,
  lookAtLine,
  lookLater,
} from '../../../shared/heddle/pipeline/limits/look-at-line.ts';
import { createSlotScene, LEASE_MS, SLOT } from '../concurrency/slot-scene.ts';

const LINE = { kind: 'line', slot: SLOT } as const;

function createSubject(leaseMs = LEASE_MS) {
  const scene = createSlotScene();
  const engine = { ...scene.engine, leaseMs };
  const last = () => {
    const { id, body, delayMs = 0 } = scene.sent.at(-1) ?? { id: '', body: '{}' };
    return { id, ...JSON.parse(body), delayMs };
  };
  return { ...scene, engine, last };
}

describe('the message of a line', () => {
  it('comes when a lease that begins now ends, at a whole second', async () => {
    const { engine, clock, last, sent } = createSubject();
    await clock.advance(300);
    await lookLater(engine, SLOT);
    const due = clock.now() + LEASE_MS + 700;
    expect(sent).toHaveLength(1);
    expect(last()).toEqual({
      ...{ id: toLineMessageId(LINE, due), kind: 'line', delayMs: LEASE_MS + 700 },
      slot: { id: SLOT.id, trigger: 't', max: 2 },
    });
  });

  it('names the input that a slot is for', async () => {
    const { engine, last } = createSubject();
    await lookLater(engine, { ...SLOT, inputHash: 'hash' });
    expect(last()).toMatchObject({ slot: { inputHash: 'hash' } });
  });

  it('comes after a minute at most', async () => {
    const { engine, last } = createSubject(600_000);
    await lookLater(engine, SLOT);
    expect(last()).toMatchObject({ delayMs: 60_000 });
  });

  it('is one for each line while one is on its way', async () => {
    const { engine, clock, sent } = createSubject();
    await lookLater(engine, SLOT);
    await lookLater(engine, SLOT);
    await lookLater(engine, { ...SLOT, id: 'other' });
    expect(sent).toHaveLength(2);
    await clock.advance((3 * LEASE_MS) / 4 - 1);
    await lookLater(engine, SLOT);
    expect(sent).toHaveLength(2);
    // The one that is nearly due may be in work, and find no run that joins by now.
    await clock.advance(1);
    await lookLater(engine, SLOT);
    expect(sent).toHaveLength(3);
  });

  it('is sent for sooner where the one on its way comes later', async () => {
    const { engine, sent, last } = createSubject();
    await lookLater(engine, SLOT, { step: 8 });
    await lookLater(engine, SLOT);
    expect(sent).toHaveLength(2);
    expect(last()).toMatchObject({ delayMs: LEASE_MS });
  });

  it('is not taken as sent where the queue refused it', async () => {
    const { engine, sent } = createSubject();
    const { send } = engine.queue;
    engine.queue.send = () => Promise.reject(new Error('away'));
    await expect(lookLater(engine, SLOT)).rejects.toThrow('away');
    engine.queue.send = send;
    await lookLater(engine, SLOT);
    expect(sent).toHaveLength(1);
  });

  it('is sent again where it was given up', async () => {
    const { engine, last } = createSubject();
    await giveUpLine(engine, { ...LINE, head: 'a', step: 4 });
    expect(last()).toMatchObject({ delayMs: LEASE_MS, slot: SLOT });
    expect(last()).not.toHaveProperty('step');
  });
});

describe('a look at a line', () => {
  it('hands the free slots over, and comes again while any run is left', async () => {
    const scene = createSubject();
    await scene.write([scene.holder('a')], true);
    await scene.wait(['b', 'c']);
    await lookAtLine(scene.engine, LINE);
    expect(await scene.holders()).toEqual(['a', 'b']);
    expect(scene.last()).toMatchObject({ kind: 'line', head: 'b', step: 1, delayMs: LEASE_MS });
  });

  it('is the last where nobody is left', async () => {
    const scene = createSubject();
    await lookAtLine(scene.engine, LINE);
    expect(scene.sent).toEqual([]);
  });

  it('comes half as often where nothing has moved, at a multiple of its step', async () => {
    const scene = createSubject();
    await scene.write([scene.holder('x'), scene.holder('y')], true);
    await scene.wait(['b']);
    await lookAtLine(scene.engine, { ...LINE, head: 'b' });
    expect(scene.last()).toMatchObject({ head: 'b', step: 2 });
    const { delayMs } = scene.last();
    expect((scene.clock.now() + delayMs) % (2 * LEASE_MS)).toBe(0);
    expect(delayMs).toBeGreaterThanOrEqual(LEASE_MS);
    expect(delayMs).toBeLessThanOrEqual(3 * LEASE_MS);
  });

  it('comes as soon as at first where another run is at the head', async () => {
    const scene = createSubject();
    await scene.write([scene.holder('x'), scene.holder('y')], true);
    await scene.wait(['b']);
    await lookAtLine(scene.engine, { ...LINE, head: 'a', step: 4 });
    expect(scene.last()).toMatchObject({ head: 'b', step: 1, delayMs: LEASE_MS });
  });

  it('comes within five minutes at the latest', async () => {
    const steps: number[] = [];
    for (const step of [1, 2, 4, 7, 8]) {
      const scene = createSubject();
      await scene.write([scene.holder('x'), scene.holder('y')], true);
      await scene.wait(['b']);
      await lookAtLine(scene.engine, { ...LINE, head: 'b', step });
      steps.push(scene.last().step);
      expect(scene.last().delayMs).toBeLessThanOrEqual(300_000);
    }
    expect(steps).toEqual([2, 4, 8, 14, 8]);
  });
});
