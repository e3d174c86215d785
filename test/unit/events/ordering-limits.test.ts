import { beforeEach, describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { toEventMessages } from '../../../shared/heddle/pipeline/events/event-messages.ts';
import { createOrder } from '../../../shared/heddle/pipeline/events/ordering-keys.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import { createGate, deliver, type Gate } from '../../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../../helpers/world.ts';

let gate: Gate;
let world: World;

function create(written: Partial<Record<keyof Trigger, unknown>> = {}): void {
  gate = createGate();
  const trigger = { name: 't', actor: 'gated', orderingKey: '{{ event.key }}', ...written };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
}

/** Takes in an event whose key is the first letter of its id. */
async function take(id: string): Promise<void> {
  const event = { id, type: 'push', data: { key: id.charAt(0) }, fields: {} };
  const request = { receivedAt: world.clock.now(), traceparent: undefined };
  const order = createOrder(world.engine);
  const outcome = { events: [event] };
  await world.queue.send(
    await toEventMessages('github', outcome, request, { verified: true }, order),
  );
  await pass(10);
}

async function pass(ms: number): Promise<void> {
  await deliver(world);
  await world.clock.advance(ms);
  await deliver(world);
}

async function end(id: string, error?: Error): Promise<void> {
  await gate.end(id, error);
  await pass(1000);
}

describe('runs in an order that wait for a slot', () => {
  beforeEach(async () => {
    create({ maxConcurrent: 2, retry: { delay: '1s', jitter: 'none' } });
    for (const id of ['y1', 'z1', 'x1', 'x2']) await take(id);
  });

  it('begin only once the one before of their key has ended', async () => {
    expect(gate.running()).toEqual(['y1', 'z1']);
    await end('y1');
    expect(gate.running()).toEqual(['z1', 'x1']);
    await end('z1');
    expect(gate.running()).toEqual(['x1']);
    await end('x1');
    expect(gate.running()).toEqual(['x2']);
  });

  it('are tried again before the next of their key begins', async () => {
    await end('y1');
    await end('z1');
    await end('x1', new Error('once'));
    expect(gate.running()).toEqual(['x1']);
    await end('x1');
    expect(gate.begun).toEqual(['y1', 'z1', 'x1', 'x1', 'x2']);
  });
});

describe('runs in an order that a pause has held', () => {
  it('are made one after the other when they are let go, each key for itself', async () => {
    create();
    await pauseTrigger(world.engine, 't', { by: 'operator', message: 'maintenance' });
    for (const id of ['x1', 'x2', 'y1', 'x3']) await take(id);
    expect(await resumeTrigger(world.engine, 't')).toBe(4);
    await pass(10);
    expect(gate.running()).toEqual(['x1', 'y1']);
    for (const id of ['x1', 'x2', 'x3']) await end(id);
    expect(gate.begun).toEqual(['x1', 'y1', 'x2', 'x3']);
  });
});
