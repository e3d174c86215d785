import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOf } from '../../../shared/heddle/domain/run.ts';
import { createQueuedRun, startAttempt } from '../../../shared/heddle/domain/run-transitions.ts';
import { renewSlots } from '../../../shared/heddle/pipeline/concurrency/renew-slots.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { acquireSlot } from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import { LIMIT_STATES } from '../../../shared/heddle/ports/collections.ts';
import type { DocumentStore } from '../../../shared/heddle/ports/document-store.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate, settle } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

const SLOT = createSlot('t', 2, 'slots', '');

let gate: Gate;
let world: World;
/** True while the store fails for slots. */
let isAway: boolean;

beforeEach(() => {
  gate = createGate();
  const trigger = { name: 't', actor: 'gated', maxConcurrent: 2, timeout: '1h' };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
  isAway = false;
  Object.assign(world.engine, { store: withoutSlots(world.engine.store) });
});

function withoutSlots(store: DocumentStore): DocumentStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      return (collection: unknown, ...given: unknown[]) =>
        isAway && collection === LIMIT_STATES
          ? Promise.reject(new Error('away'))
          : method.call(target, collection, ...given);
    },
  });
}

/** Lets time pass in steps, so that live processes renew their leases. */
async function pass(ms: number, work: () => Promise<void>): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) {
    await world.clock.advance(Math.min(left, 1000));
    await work();
  }
}

/** Creates a run that has a slot, with no process to renew it. */
async function takeSlot(id: string): Promise<RunOf<'running'>> {
  const about = { trigger: 't', actor: 'gated', source: 'github', isReplay: false } as const;
  const event = { eventId: id, eventKey: id, eventType: 'push', eventTypeRoot: 'push' };
  const at = new Date(world.clock.now()).toISOString();
  const queued = createQueuedRun({ id, ...about, ...event }, at);
  expect(await acquireSlot(world.engine, SLOT, queued)).toMatchObject({ isAcquired: true });
  const { trigger: _trigger, ...slot } = SLOT;
  return startAttempt({ ...queued, slots: [slot] }, { sequence: 1, delivery: 1 }, at);
}

describe('a slot whose process has died', () => {
  it('comes back when its lease ends, and no sooner, though another is renewed', async () => {
    await takeSlot('dead');
    for (const id of ['a', 'b']) await world.send(createEvent({ id, data: {}, fields: {} }));
    await deliver(world);
    // Locks are not renewed here: a running run is redelivered, and finds that the slot is its own.
    const executed = () => [...new Set(gate.running())];
    expect(executed()).toEqual(['a']);
    await pass(world.engine.leaseMs - 1000, () => deliver(world));
    expect(executed()).toEqual(['a']);
    await pass(2000, () => deliver(world));
    expect(executed()).toEqual(['a', 'b']);
  });
});

describe('a store that does not answer for slots', () => {
  async function keep() {
    const reasons: string[] = [];
    const stop = renewSlots(world.engine, await takeSlot('own'), ({ message }) =>
      reasons.push(message),
    );
    return { reasons, stop };
  }

  it('ends an attempt after a whole lease: the slot is another’s by then', async () => {
    const { reasons, stop } = await keep();
    isAway = true;
    await pass(world.engine.leaseMs - 1000, settle);
    expect(reasons).toEqual([]);
    await pass(world.engine.leaseMs / 3, settle);
    expect(reasons).toEqual(['its slot has expired']);
    stop();
  });

  it('for less than that ends none', async () => {
    const { reasons, stop } = await keep();
    isAway = true;
    await pass(world.engine.leaseMs / 2, settle);
    isAway = false;
    await pass(2 * world.engine.leaseMs, settle);
    expect(reasons).toEqual([]);
    stop();
  });
});
