import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createServiceBusScene,
  receiveAll,
  receiveOne,
  type ServiceBusScene,
} from '../../emulators/service-bus-scene.ts';

let scene: ServiceBusScene;

afterEach(() => scene.end());

const CHILD = join(import.meta.dirname, '../../emulators/service-bus-holder.ts');

/** Locks a message or a session in a process that is then killed. */
async function holdAndDie(session: 'session' | 'no-session'): Promise<void> {
  const child = fork(CHILD, [scene.emulator.connectionString, session]);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('faults of the Service Bus emulator', () => {
  it('refuse sends as a busy broker does', async () => {
    scene = await createServiceBusScene();
    const sender = scene.client.createSender('q');
    scene.emulator.faults.refuseSends({ times: 2 });
    const sending = sender.sendMessages({ body: 1 });
    await expect(sending).rejects.toMatchObject({ code: 'ServiceBusy', retryable: true });
    const scheduling = sender.scheduleMessages({ body: 1 }, new Date(Date.now() + 60_000));
    await expect(scheduling).rejects.toMatchObject({ code: 'ServiceBusy' });
    await sender.sendMessages({ body: 2 });
    expect(scene.emulator.counts.q).toMatchObject({ sends: 1, sendCalls: 1 });
  });

  it('refuse settlements, and leave the message locked', async () => {
    scene = await createServiceBusScene();
    await scene.client.createSender('q').sendMessages({ body: 1 });
    const receiver = scene.client.createReceiver('q');
    const message = await receiveOne(receiver);
    scene.emulator.faults.refuseSettlements();
    const refused = receiver.completeMessage(message);
    await expect(refused).rejects.toMatchObject({ code: 'ServiceBusy' });
    expect(scene.emulator.counts.q).toMatchObject({ completes: 0, lostLocks: 0 });
    expect(scene.emulator.depth('q')).toBe(1);
  });

  it('store what is sent and lose the answer, so that it is sent again', async () => {
    scene = await createServiceBusScene();
    const sender = scene.client.createSender('q');
    scene.emulator.faults.loseAcknowledgements(1);
    await expect(sender.sendMessages({ body: 1, messageId: 'm' })).rejects.toThrow();
    await sender.sendMessages({ body: 1, messageId: 'm' });
    expect(scene.emulator.counts.q).toMatchObject({ sends: 1, duplicates: 1, sendCalls: 2 });
  });

  it('cut connections, after which clients go on', async () => {
    scene = await createServiceBusScene();
    const sender = scene.client.createSender('q');
    await sender.sendMessages({ body: 1 });
    const received = Promise.withResolvers<unknown>();
    scene
      .connect()
      .createReceiver('q')
      .subscribe({
        processMessage: async ({ body }) => {
          if (body === 2) received.resolve(body);
        },
        processError: async () => {},
      });
    await expect.poll(() => scene.emulator.counts.q?.completes).toBe(1);
    scene.emulator.faults.dropConnections();
    await scene.connect().createSender('q').sendMessages({ body: 2 });
    expect(await received.promise).toBe(2);
  });

  it('delay answers', async () => {
    scene = await createServiceBusScene();
    const sender = scene.client.createSender('q');
    await sender.sendMessages({ body: 0 });
    scene.emulator.faults.delay(200);
    const before = performance.now();
    await sender.sendMessages({ body: 1 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(199);
  });
});

describe('a client that is killed', () => {
  it('leaves its message locked until the lock ends, and the delivery counts', async () => {
    scene = await createServiceBusScene({ lockMs: 2000 });
    await scene.client.createSender('q').sendMessages({ body: 'x' });
    await holdAndDie('no-session');
    const receiver = scene.client.createReceiver('q');
    expect(await receiveAll(receiver, 1, 100)).toEqual([]);
    expect(await receiveOne(receiver)).toMatchObject({ body: 'x', deliveryCount: 1 });
  });

  it('leaves its session locked until the lock ends', async () => {
    scene = await createServiceBusScene({ lockMs: 1500, requiresSession: true });
    await scene.client.createSender('q').sendMessages({ body: 'x', sessionId: 's' });
    await holdAndDie('session');
    const early = scene.client.acceptSession('q', 's');
    await expect(early).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    const session = await scene.client.acceptNextSession('q');
    expect(await receiveOne(session)).toMatchObject({ body: 'x', deliveryCount: 1 });
  });
});
