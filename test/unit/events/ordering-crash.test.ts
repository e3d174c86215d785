import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { resumeTrigger } from '../../../shared/heddle/pipeline/commands/resume-trigger.ts';
import { dispatch } from '../../../shared/heddle/pipeline/dispatch/dispatch.ts';
import { toEventMessages } from '../../../shared/heddle/pipeline/events/event-messages.ts';
import { createOrder } from '../../../shared/heddle/pipeline/events/ordering-keys.ts';
import { pauseTrigger } from '../../../shared/heddle/pipeline/limits/pause-trigger.ts';
import type { ReceivedMessage } from '../../../shared/heddle/ports/event-queue.ts';
import { createGate, deliver, type Gate, settle } from '../../helpers/gated-actor.ts';
import { createWorld, LOCK_MS, toTriggers, type World } from '../../helpers/world.ts';

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
    await toEventMessages('github', { events }, request, { verified: true }, order),
  );
}

/** Handles a message whose handling never ends, as far as the queue knows. */
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

describe('a run in an order that was held, let go, and waits for its next attempt', () => {
  it('is made before the next of its key where the process dies meanwhile', async () => {
    create({ retry: { delay: '1m', jitter: 'none' } });
    await pauseTrigger(world.engine, 't', { by: 'operator', message: 'maintenance' });
    for (const id of ['x1', 'x2']) {
      await send(id);
      await deliver(world);
      await world.clock.advance(5);
    }
    await resumeTrigger(world.engine, 't');
    await hand(await receiveOrdered());
    await gate.end('x1', new Error('once'));
    await world.clock.advance(LOCK_MS + 1);
    await deliver(world);
    expect(gate.begun).toEqual(['x1', 'x1']);
    await gate.end('x1');
    await deliver(world);
    expect(gate.begun).toEqual(['x1', 'x1', 'x2']);
  });
});
