import { beforeEach, describe, expect, it } from 'vitest';
import type { Trigger } from '../../shared/domain/trigger.ts';
import { TriggerRegistry } from '../../shared/triggers/registry.ts';
import { createEvent } from '../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../helpers/gated-actor.ts';
import { createWorld, LOCK_MS, toTriggers, type World } from '../helpers/world.ts';

let gate: Gate;
let world: World;

beforeEach(() => {
  gate = createGate();
});

type Written = Partial<Record<keyof Trigger, unknown>>;

function create(written: Written): World {
  world = createWorld(toTriggers({ name: 't', actor: 'gated', ...written }), { gated: gate.actor });
  return world;
}

async function send(id: string, data: object = {}): Promise<void> {
  await world.send(createEvent({ id, data: { ...data }, fields: {} }));
  await deliver(world);
}

async function statuses(): Promise<Record<string, string>> {
  const runs = await world.runs();
  return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
}

async function heldOf(eventId: string) {
  const run = (await world.runs()).find((one) => one.eventId === eventId);
  return run?.status === 'queued' || run?.status === 'skipped' ? run.held : undefined;
}

describe('maxConcurrent', () => {
  it('executes so many at once, and the others in the order of their coming', async () => {
    create({ maxConcurrent: 2 });
    for (const id of ['a', 'b', 'c', 'd']) {
      await send(id);
      await world.clock.advance(10);
    }
    expect(gate.running()).toEqual(['a', 'b']);
    expect(await heldOf('c')).toEqual({ limit: 'maxConcurrent', detail: '2 of 2 are executed' });
    await gate.end('b');
    await deliver(world);
    expect(gate.running()).toEqual(['a', 'c']);
    await gate.end('a');
    await deliver(world);
    expect(gate.running()).toEqual(['c', 'd']);
    await gate.end('c');
    await gate.end('d');
    await deliver(world);
    expect(await statuses()).toEqual({
      a: 'succeeded',
      b: 'succeeded',
      c: 'succeeded',
      d: 'succeeded',
    });
  });

  it('lets those of a higher priority go first', async () => {
    create({ maxConcurrent: 1, priority: '{{ event.urgency }}' });
    for (const [id, urgency] of [
      ['a', 0],
      ['low', -3],
      ['b', 0],
      ['high', 7],
    ] as const) {
      await send(id, { urgency });
      await world.clock.advance(10);
    }
    for (const id of ['a', 'high', 'b', 'low']) {
      expect(gate.running()).toEqual([id]);
      await gate.end(id);
      await deliver(world);
    }
  });

  it('counts each concurrencyKey for itself', async () => {
    create({ concurrencyKey: '{{ event.repo }}' });
    await send('a1', { repo: 'a' });
    await send('a2', { repo: 'a' });
    await send('b1', { repo: 'b' });
    expect(gate.running()).toEqual(['a1', 'b1']);
    expect(await heldOf('a2')).toMatchObject({ limit: 'maxConcurrent', key: 'a' });
  });

  it('gives the place of a failed attempt to others until its retry, which waits its turn', async () => {
    create({ maxConcurrent: 1, retry: { delay: '1s', jitter: 'none' } });
    await send('a');
    await send('b');
    await gate.end('a', new Error('once'));
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    await world.clock.advance(1000);
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    expect(await heldOf('a')).toMatchObject({ limit: 'maxConcurrent' });
    await gate.end('b');
    await deliver(world);
    expect(gate.running()).toEqual(['a']);
  });

  it('frees the place of a run that is cancelled, running or waiting', async () => {
    create({ maxConcurrent: 1 });
    await send('a');
    await send('b');
    await send('c');
    const { cancel } = await import('../../shared/pipeline/cancel.ts');
    const idOf = async (id: string) => (await world.runs()).find((run) => run.eventId === id)?.id;
    await cancel(world.engine, (await idOf('b')) ?? '', 'not wanted');
    await cancel(world.engine, (await idOf('a')) ?? '', 'not wanted');
    await deliver(world);
    expect(gate.running()).toEqual(['c']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'cancelled', c: 'running' });
  });
});

describe('maxConcurrent that is lowered', () => {
  beforeEach(async () => {
    create({ maxConcurrent: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await send(id);
      await world.clock.advance(10);
    }
    const triggers = toTriggers({ name: 't', actor: 'gated', maxConcurrent: 1 });
    Object.assign(world.engine, { triggers: new TriggerRegistry(triggers) });
  });

  it('holds for those that wait, once so many have ended', async () => {
    for (const id of ['a', 'b']) {
      await gate.end(id);
      await deliver(world);
      expect(gate.begun).toEqual(['a', 'b', 'c']);
    }
    await gate.end('c');
    await deliver(world);
    expect(gate.running()).toEqual(['d']);
  });

  it('holds for those that a crash has interrupted', async () => {
    await world.clock.advance(LOCK_MS + 1);
    await deliver(world);
    expect(Object.values(await statuses()).toSorted()).toEqual([
      ...['queued', 'queued', 'queued', 'queued', 'running'],
    ]);
  });
});

describe('maxConcurrent that is taken away', () => {
  beforeEach(async () => {
    create({ maxConcurrent: 1 });
    for (const id of ['a', 'b', 'c']) {
      await send(id);
      await world.clock.advance(10);
    }
    const triggers = toTriggers({ name: 't', actor: 'gated' });
    Object.assign(world.engine, { triggers: new TriggerRegistry(triggers) });
  });

  it('lets those that wait begin, each with the next', async () => {
    await gate.end('a');
    await deliver(world);
    expect(gate.running()).toEqual(['b', 'c']);
  });

  it('ends no attempt for want of a place that it does not need', async () => {
    await world.clock.advance(world.engine.leaseMs + 1);
    await deliver(world);
    expect(gate.begun).toEqual(expect.arrayContaining(['b', 'c']));
    await world.clock.advance(world.engine.leaseMs / 3);
    await deliver(world);
    expect(gate.running()).toEqual(expect.arrayContaining(['b', 'c']));
  });
});

describe('overlap', () => {
  it('skip: a run that finds no room is not made', async () => {
    create({ overlap: 'skip' });
    await send('a');
    await send('b');
    expect(await statuses()).toEqual({ a: 'running', b: 'skipped' });
    expect(await heldOf('b')).toMatchObject({ limit: 'maxConcurrent' });
  });

  it('replace: the run that goes on is cancelled, and those that wait', async () => {
    create({ overlap: 'replace' });
    await send('a');
    await send('b');
    expect(gate.running()).toEqual(['b']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'running' });
  });

  it('cancelOther: the run that goes on is asked to end, and the new one begins when it has', async () => {
    create({ overlap: 'cancelOther' });
    await send('a');
    await send('b');
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
    expect(await statuses()).toEqual({ a: 'cancelled', b: 'running' });
  });
});

describe('allowConcurrent: false', () => {
  it('skips a run whose input is being executed, and no other', async () => {
    create({ allowConcurrent: false, variables: { file: '{{ event.file }}' } });
    await send('a', { file: 'one.csv', noise: 1 });
    await send('b', { file: 'one.csv', noise: 2 });
    await send('c', { file: 'two.csv' });
    expect(await statuses()).toEqual({ a: 'running', b: 'skipped', c: 'running' });
    expect(await heldOf('b')).toMatchObject({ limit: 'allowConcurrent' });
    await gate.end('a');
    await send('d', { file: 'one.csv' });
    expect(gate.running()).toEqual(['c', 'd']);
  });
});

describe('cooldownSeconds', () => {
  it('skips what comes too soon after the last run has begun', async () => {
    create({ cooldownSeconds: 30 });
    await send('a');
    await gate.end('a');
    await world.clock.advance(29_000);
    await send('b');
    await world.clock.advance(1000);
    await send('c');
    expect(gate.begun).toEqual(['a', 'c']);
    expect(await heldOf('b')).toMatchObject({
      limit: 'cooldown',
      until: '2026-01-01T00:00:30.000Z',
    });
  });

  it('is asked of a run when it comes, and not again when it has waited', async () => {
    create({ cooldownSeconds: 5, maxConcurrent: 1 });
    await send('a');
    await world.clock.advance(6000);
    await send('waits');
    await world.clock.advance(1000);
    await send('too-soon');
    await gate.end('a');
    await deliver(world);
    expect(gate.begun).toEqual(['a', 'waits']);
    expect(await heldOf('too-soon')).toMatchObject({ limit: 'cooldown' });
  });

  it('is not used up by a run for which there is no room', async () => {
    create({ cooldownSeconds: 5, overlap: 'skip' });
    await send('a');
    await world.clock.advance(6000);
    await send('b');
    await gate.end('a');
    await send('c');
    expect(gate.begun).toEqual(['a', 'c']);
  });
});

describe('dedupe', () => {
  it('makes one run of a key within its window', async () => {
    create({ dedupe: { key: '{{ event.order }}', window: '1h' } });
    await send('a', { order: 1 });
    await send('b', { order: 1 });
    await send('c', { order: 2 });
    await world.clock.advance(3_600_000);
    await send('d', { order: 1 });
    expect(gate.begun).toEqual(['a', 'c', 'd']);
    expect(await heldOf('b')).toMatchObject({ limit: 'dedupe', key: '1' });
  });

  it('is not used up by a run for which there is no room', async () => {
    create({ dedupe: { key: '{{ event.order }}', window: '1h' }, overlap: 'skip' });
    await send('a', { order: 1 });
    await send('no-room', { order: 2 });
    await gate.end('a');
    await send('c', { order: 2 });
    await gate.end('c');
    await send('d', { order: 2 });
    expect(gate.begun).toEqual(['a', 'c']);
    expect(await heldOf('d')).toMatchObject({ limit: 'dedupe' });
  });

  it('is not used up by a run that comes too soon after another', async () => {
    create({ dedupe: { key: '{{ event.order }}', window: '1h' }, cooldownSeconds: 5 });
    await send('a', { order: 1 });
    await send('too-soon', { order: 2 });
    await world.clock.advance(6000);
    await send('c', { order: 2 });
    expect(gate.begun).toEqual(['a', 'c']);
  });

  it('is used up by a window that is made, and not by one that is skipped', async () => {
    const batch = { size: 2, wait: '1m' };
    create({ dedupe: { key: '{{ event.order }}', window: '1h' }, batch, overlap: 'skip' });
    for (const order of [1, 2, 3, 4]) await send(`e${order}`, { order });
    await gate.end('e1');
    for (const order of [2, 4, 3]) await send(`again-${order}`, { order });
    expect(gate.begun).toEqual(['e1', 'again-4']);
    expect(await heldOf('again-2')).toMatchObject({ limit: 'dedupe' });
  });
});
