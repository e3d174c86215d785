import { beforeEach, describe, expect, it } from 'vitest';
import { pauseTrigger, resumeTrigger } from '../../shared/pipeline/pause.ts';
import { TriggerRegistry } from '../../shared/triggers/registry.ts';
import { createEvent } from '../helpers/factories.ts';
import { createGate, deliver, type Gate } from '../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../helpers/world.ts';

const written = { name: 't', actor: 'gated', retry: { delay: '1s', jitter: 'none' } };

let gate: Gate;
let world: World;

function create(limits: object = {}): void {
  gate = createGate();
  world = createWorld(toTriggers({ ...written, ...limits }), { gated: gate.actor });
}

async function send(id: string): Promise<void> {
  await world.send(createEvent({ id }));
  await world.clock.advance(10);
  await deliver(world);
}

/** As a restart with another triggers file. */
function disable(): void {
  const triggers = toTriggers({ ...written, enabled: false });
  Object.assign(world.engine, { triggers: new TriggerRegistry(triggers) });
}

async function pass(ms: number): Promise<void> {
  await world.clock.advance(ms);
  await deliver(world);
}

async function statuses(): Promise<Record<string, string>> {
  const runs = await world.runs();
  return Object.fromEntries(runs.map(({ eventId, status }) => [eventId, status]));
}

describe('a trigger that has been disabled since', () => {
  beforeEach(() => create());

  it('begins no run that waited for room, and says so', async () => {
    create({ maxConcurrent: 1 });
    await send('a');
    await send('b');
    disable();
    await gate.end('a');
    await deliver(world);
    expect(gate.begun).toEqual(['a']);
    const held = { limit: 'disabled', detail: 'the trigger says "enabled: false"' };
    const b = (await world.runs()).find(({ eventId }) => eventId === 'b');
    expect(b).toMatchObject({ status: 'skipped', held });
  });

  it('begins no run that a pause had held when it is resumed', async () => {
    await pauseTrigger(world.engine, 't', { by: 'operator', message: 'maintenance' });
    await send('a');
    disable();
    await resumeTrigger(world.engine, 't');
    await deliver(world);
    expect(await statuses()).toEqual({ a: 'skipped' });
  });

  it('begins no window', async () => {
    create({ debounce: { wait: '5s' } });
    await send('a');
    disable();
    await pass(6000);
    expect(await statuses()).toEqual({ a: 'skipped' });
  });

  it('goes on with what it has begun', async () => {
    await send('a');
    await gate.end('a', new Error('once'));
    disable();
    await pass(1000);
    expect(gate.begun).toEqual(['a', 'a']);
  });
});
