import { beforeEach, describe, expect, it } from 'vitest';
import { Actor } from '../../../shared/heddle/actors/actor.ts';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createQueuedRun } from '../../../shared/heddle/domain/run-transitions.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { createSlot } from '../../../shared/heddle/pipeline/concurrency/slot-state.ts';
import { acquireSlot } from '../../../shared/heddle/pipeline/concurrency/slots.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { LIMIT_STATES } from '../../../shared/heddle/ports/collections.ts';
import { createEvent } from '../../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

let gate: Gate;
let world: World;
/** Ends attempts that ignore the request to end. */
let release: () => void;

beforeEach(() => {
  gate = createGate();
});

function create(written: Partial<Record<keyof Trigger, unknown>>): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  class Stubborn extends Actor {
    execute(): Promise<void> {
      return promise;
    }
  }
  const trigger = { name: 't', actor: 'gated', ...written };
  world = createWorld(toTriggers(trigger), { gated: gate.actor, stubborn: Stubborn });
}

async function send(id: string, event: Partial<Event> = {}): Promise<void> {
  await world.send(createEvent({ id, data: {}, fields: {}, ...event }));
  await deliver(world);
}

/** A run that is recorded nowhere. */
function toQueued(id: string) {
  const about = { trigger: 't', actor: 'gated', source: 'github', isReplay: false } as const;
  const event = { eventId: id, eventKey: id, eventType: 'push', eventTypeRoot: 'push' };
  const at = new Date(world.clock.now()).toISOString();
  return createQueuedRun({ id, ...about, ...event }, at);
}

async function runOf(eventId: string) {
  return (await world.runs()).find((run) => run.eventId === eventId);
}

describe('cooldownSeconds', () => {
  it('counts for each concurrencyKey', async () => {
    create({ cooldownSeconds: 30, concurrencyKey: '{{ event.repo }}', maxConcurrent: 5 });
    for (const [id, repo] of [['a1', 'a'] as const, ['b1', 'b'] as const, ['a2', 'a'] as const]) {
      await send(id, { data: { repo } });
    }
    expect(gate.running()).toEqual(['a1', 'b1']);
    expect(await runOf('a2')).toMatchObject({ held: { limit: 'cooldown', key: 'a' } });
  });
});

describe('cooldownSeconds, beside what else keeps a run', () => {
  it('leaves a retry alone, whoever has begun since', async () => {
    create({ cooldownSeconds: 5, retry: { delay: '10s', jitter: 'none' } });
    await send('a');
    await gate.end('a', new Error('once'));
    await world.clock.advance(6000);
    await send('b');
    await gate.end('b');
    await world.clock.advance(4000);
    await deliver(world);
    expect(gate.begun).toEqual(['a', 'b', 'a']);
  });

  it('takes no place for a run that it skips', async () => {
    create({ cooldownSeconds: 5, maxConcurrent: 2 });
    for (const id of ['a', 'too-soon']) await send(id);
    await world.clock.advance(5000);
    await send('b');
    expect(gate.running()).toEqual(['a', 'b']);
  });

  it('is kept by those that a pause has held', async () => {
    create({ cooldownSeconds: 30 });
    await pauseTrigger(world.engine, 't', { by: 'operator', message: 'a freeze' });
    for (const id of ['a', 'b']) await send(id);
    await resumeTrigger(world.engine, 't');
    await deliver(world);
    expect(gate.begun).toHaveLength(1);
    const held = (await world.runs()).flatMap((run) =>
      run.status === 'skipped' ? run.held?.limit : [],
    );
    expect(held).toEqual(['cooldown']);
  });
});

describe('cancelOther', () => {
  it('cancels who waits, too: the last that has come is the one that begins', async () => {
    create({ actor: 'stubborn', overlap: 'cancelOther' });
    for (const id of ['goes-on', 'waits', 'last']) await send(id);
    expect(await runOf('waits')).toMatchObject({
      status: 'cancelled',
      reason: `the run ${(await runOf('last'))?.id} takes its place`,
    });
    expect(await runOf('goes-on')).toMatchObject({ status: 'running' });
    expect(await runOf('last')).toMatchObject({ status: 'queued' });
    release();
    await deliver(world);
    expect(await runOf('last')).toMatchObject({ status: 'succeeded' });
  });
});

describe('a run that waits for room', () => {
  it('is found within five minutes by the look at its line, however long it has waited', async () => {
    create({ maxConcurrent: 1 });
    const slot = createSlot('t', 1, 'slots', '');
    Object.assign(world.engine, { leaseMs: 86_400_000 });
    await acquireSlot(world.engine, slot, toQueued('elsewhere'));
    await send('b');
    for (let minutes = 0; minutes < 40; minutes += 5) {
      await world.clock.advance(300_000);
      await deliver(world);
      expect(gate.begun).toEqual([]);
    }
    // The slot is free, and nobody hands it over.
    await world.store.delete(LIMIT_STATES, slot.id);
    await world.clock.advance(300_000);
    await deliver(world);
    expect(gate.running()).toEqual(['b']);
  });

  it.each(['1e15', '-1e15', 'urgent', ''])(
    'waits its turn with a priority that renders to "%s"',
    async (urgency) => {
      create({ maxConcurrent: 1, priority: '{{ event.urgency }}' });
      await send('a');
      await send('b', { data: { urgency } });
      expect(await runOf('b')).toMatchObject({
        status: 'queued',
        held: { limit: 'maxConcurrent' },
      });
      await gate.end('a');
      await deliver(world);
      expect(gate.running()).toEqual(['b']);
    },
  );
});

describe('priority', () => {
  it('lets the trigger that has more of it begin first, however many have the event', async () => {
    const begun: string[] = [];
    class Noting extends Actor {
      execute(): void {
        begun.push(this.context.triggerContext.triggerName);
      }
    }
    const names = Array.from({ length: 12 }, (_, index) => ({ name: `t${index}` }));
    const triggers = [{ name: 'last', priority: -1 }, ...names, { name: 'first', priority: 1 }];
    const all = toTriggers(...triggers.map((one) => ({ actor: 'noting', ...one })));
    world = createWorld(all, { noting: Noting });
    await send('a');
    expect(begun).toHaveLength(14);
    expect(begun[0]).toBe('first');
    expect(begun.indexOf('last')).toBeGreaterThan(7);
  });
});

describe('a batch that is full and waits for room', () => {
  it('takes in no more: what comes opens another', async () => {
    create({ batch: { size: 2, wait: '1m' }, maxConcurrent: 1 });
    for (const n of [1, 2, 3, 4, 5, 6]) await send(`e${n}`, { data: { n } });
    for (const id of ['e1', 'e3', 'e5']) {
      expect(gate.running()).toEqual([id]);
      await gate.end(id);
      await deliver(world);
    }
    const handed = gate.inputs.map(({ events }) => (events as JsonObject[]).map(({ n }) => n));
    expect(handed).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });
});

describe.each([
  ['without limits', {}],
  ['with a limit', { maxConcurrent: 5 }],
])('a trigger %s', (_, written) => {
  it('runs ten deep, and is paused by the run after that', async () => {
    create(written);
    await send('deep', { depth: 10 });
    expect(gate.running()).toEqual(['deep']);
    await send('too-deep', { depth: 11 });
    expect(gate.running()).toEqual(['deep']);
    expect(await runOf('too-deep')).toMatchObject({ status: 'skipped', held: { limit: 'depth' } });
    expect(world.engine.states.of('t')).toMatchObject({
      ...{ status: 'paused', by: 'breaker' },
      message: expect.stringContaining('11 runs have led to each other, of which 10 are allowed'),
    });
  });
});
