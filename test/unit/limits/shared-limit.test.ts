import { describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import { LIMIT_STATES, WAITERS } from '../../../shared/heddle/ports/collections.ts';
import { loadTriggers } from '../../../shared/heddle/triggers/definitions/load.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver } from '../../helpers/gated-actor.ts';
import { readmeExample } from '../../helpers/readme-example.ts';
import { CrashPlan, createWorld, toTriggers, type World } from '../../helpers/world.ts';

function create(value: unknown) {
  const gate = createGate();
  const read = { value, locate: () => 1 };
  const { triggers, faults } = loadTriggers(read, { actors: ['log'], sources: ['shop'] });
  expect(faults).toEqual([]);
  const quick = triggers.map((one) => ({ ...one, retry: { ...one.retry, maxAttempts: 1 } }));
  const world = createWorld(quick, { log: gate.actor });
  return {
    ...{ gate, world },
    async send(id: string, type: string, data: object = {}): Promise<void> {
      await world.send(createEvent({ id, source: 'shop', type, data: { ...data }, fields: {} }));
      await deliver(world);
    },
    async heldOf(eventId: string) {
      const run = (await world.runs()).find((one) => one.eventId === eventId);
      return run?.status === 'queued' || run?.status === 'skipped' ? run.held : undefined;
    },
  };
}

async function readStates({ store }: World) {
  const { items } = await store.list(LIMIT_STATES, { limit: 9 });
  const stored = await Promise.all(items.map(({ id }) => store.read(LIMIT_STATES, id)));
  return stored.filter((one) => one !== undefined);
}

describe('a limit that triggers share', () => {
  it('counts their runs together, on top of their own', async () => {
    const scene = create(readmeExample('Limits that triggers share: `limits` and `limit`'));
    const { gate, world, send } = scene;
    for (const id of ['o1', 'o2', 'o3']) await send(id, 'order.paid');
    for (const id of ['r1', 'r2']) await send(id, 'refund.asked');
    expect(gate.running()).toEqual(['o1', 'o2']);
    const detail = 'limit api: 2 of 2 are executed';
    expect(await scene.heldOf('r1')).toEqual({ limit: 'limit', detail });
    expect(await scene.heldOf('r2')).toMatchObject({ limit: 'maxConcurrent' });
    for (const id of ['o1', 'o2', 'o3', 'r1', 'r2']) {
      await deliver(world);
      expect(gate.running()).toContain(id);
      await gate.end(id);
      await deliver(world);
    }
    expect((await world.runs()).map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
  });

  it('keeps the own place of a run that waits, longer than any lease', async () => {
    const { gate, world, send, heldOf } = create(
      readmeExample('Limits that triggers share: `limits` and `limit`'),
    );
    for (const id of ['o1', 'o2']) await send(id, 'order.paid');
    await send('r1', 'refund.asked');
    for (const { document, etag } of await readStates(world)) {
      if (document.kind !== 'slots') continue;
      const holders = document.holders.map((holder) =>
        holder.isKept ? { ...holder, until: document.updatedAt } : holder,
      );
      await world.store.replace(LIMIT_STATES, { ...document, holders }, etag);
    }
    await send('r2', 'refund.asked');
    expect(gate.running()).toEqual(['o1', 'o2']);
    expect(await heldOf('r2')).toMatchObject({ limit: 'maxConcurrent' });
    await gate.end('o1');
    await deliver(world);
    expect(gate.running()).toEqual(['o2', 'r1']);
  });
});

describe('a run that joins a line while slots change hands', () => {
  const retry = { maxAttempts: 1 };

  it('waits for the next slot that it needs, and is not stuck in the line of one that it has', async () => {
    const limit = { name: 'api', maxConcurrent: 1, throttle: { limit: 3, period: '5s' } };
    const own = { maxConcurrent: 1, allowConcurrent: false, variables: { key: '{{ event.key }}' } };
    const triggers = toTriggers(
      { name: 'other', actor: 'ends', limit, retry },
      { name: 'own', actor: 'ends', limit, ...own, retry },
    );
    class Ends extends Actor {
      execute(): void {}
    }
    const world = createWorld(triggers, { ends: Ends });
    for (const [n, key] of ['x', 'y', 'x'].entries()) {
      await world.send(createEvent({ id: `e${n}`, data: { key }, fields: {} }));
    }
    await world.drain();
    const ends = (await world.runs()).map(({ status }) => status).toSorted();
    expect(ends).toEqual(['skipped', ...Array(5).fill('succeeded')]);
  });
});

describe('a crash at any write', () => {
  it.each(['before', 'after'] as const)(
    'leaves no run of a shared limit behind, and no slot taken: %s it',
    async (when) => {
      for (let at = 1; ; at++) {
        const plan = new CrashPlan(at, when);
        let running = 0;
        class Counting extends Actor {
          async execute(): Promise<void> {
            expect(++running, `write ${at}`).toBe(1);
            await Promise.resolve();
            running--;
          }
        }
        const limit = { name: 'api', maxConcurrent: 1, throttle: { limit: 3, period: '5s' } };
        const written = { actor: 'counting', limit };
        const triggers = [
          { name: 'one', ...written },
          { name: 'two', maxConcurrent: 1, orderingKey: '{{ event.key }}', ...written },
        ];
        const world = createWorld(toTriggers(...triggers), { counting: Counting });
        for (const id of ['a', 'b', 'c']) {
          await world.send(createEvent({ id, data: { key: 'k' }, fields: {} }));
        }
        await world.drain([plan]);
        const ends = (await world.runs()).map(({ status }) => status);
        expect(ends, `write ${at}`).toEqual(Array(6).fill('succeeded'));
        expect((await world.store.list(WAITERS, { limit: 9 })).items, `write ${at}`).toEqual([]);
        if (!plan.hasCrashed) break;
      }
    },
  );
});

describe('releaseOnFailure', () => {
  it('lets the next event run once a run has failed for good, and not before', async () => {
    const { gate, send, heldOf } = create(
      readmeExample('A key given back by a failure: `releaseOnFailure`'),
    );
    await send('a', 'order.paid', { id: 7 });
    await send('b', 'order.paid', { id: 7 });
    expect(await heldOf('b')).toMatchObject({ limit: 'dedupe' });
    await gate.end('a', new Error('for good'));
    await send('c', 'order.paid', { id: 7 });
    expect(gate.running()).toEqual(['c']);
    await gate.end('c');
    await send('d', 'order.paid', { id: 7 });
    expect(await heldOf('d')).toMatchObject({ limit: 'dedupe' });
    await send('e', 'order.paid', { id: 8 });
    expect(await heldOf('e')).toMatchObject({ limit: 'cooldown' });
  });
});
