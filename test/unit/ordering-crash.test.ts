import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../shared/domain/trigger.ts';
import { dispatch } from '../../shared/pipeline/dispatch.ts';
import { toMessages } from '../../shared/pipeline/ingest.ts';
import { createOrder } from '../../shared/pipeline/order.ts';
import type { ReceivedMessage } from '../../shared/ports.ts';
import { createGate, type Gate, settle } from '../helpers/gated-actor.ts';
import { createWorld, toTriggers, type World } from '../helpers/world.ts';

let gate: Gate;
let world: World;

function create(written: Partial<Record<keyof Trigger, unknown>>): void {
  gate = createGate();
  const trigger = { name: 't', actor: 'gated', orderingKey: 'one', ...written };
  world = createWorld(toTriggers(trigger), { gated: gate.actor });
}

async function send(id: string): Promise<void> {
  const events = [{ id, type: 'push', data: {}, fields: {} }];
  const request = { receivedAt: world.clock.now(), traceparent: undefined };
  const order = createOrder(world.engine);
  await world.queue.send(
    await toMessages('github', { events }, request, { verified: true }, order),
  );
}

/** Whoever handles it never comes to its end, as far as the queue knows. */
async function hand(message: ReceivedMessage | undefined): Promise<void> {
  if (!message) throw new Error('there is no message');
  const delivery = { ...message, signal: new AbortController().signal };
  dispatch(delivery, world.engine).catch(() => undefined);
  await settle();
}

async function receiveOrdered(): Promise<ReceivedMessage | undefined> {
  const messages = await world.queue.receive(16);
  return messages.find(({ orderingKey }) => orderingKey !== undefined);
}

describe('a session that gives its message back without counting the delivery', () => {
  const handTwice = async () => {
    await send('x1');
    const message = await receiveOrdered();
    await hand(message);
    await hand(message);
  };

  it('has its run begun again', async () => {
    create({ maxConcurrent: 1 });
    await handTwice();
    expect(gate.begun).toEqual(['x1', 'x1']);
    await gate.end('x1');
    expect(await world.runs()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('has its run begun again where a cooldown has let it pass', async () => {
    create({ cooldownSeconds: 60 });
    await handTwice();
    expect(gate.begun).toEqual(['x1', 'x1']);
    expect(await world.runs()).toMatchObject([{ status: 'running', attempt: 2 }]);
  });
});
