import { afterEach, describe, expect, it } from 'vitest';
import {
  createServiceBusScene,
  receiveAll,
  receiveOne,
  type ServiceBusScene,
} from '../../emulators/service-bus-scene.ts';

let scene: ServiceBusScene;

async function start(sessionIds: string, lockMs = 60_000) {
  scene = await createServiceBusScene({ requiresSession: true, lockMs });
  const messages = [...sessionIds].map((sessionId, body) => ({ body, sessionId }));
  if (messages.length > 0) await scene.client.createSender('q').sendMessages(messages);
}

afterEach(() => scene.end());

/** Disables the library's own renewal, which would keep locks that should expire. */
const WITHOUT_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

describe('sessions of the Service Bus emulator', () => {
  it('keep their order, and only their own messages', async () => {
    await start('abab');
    const session = await scene.client.acceptSession('q', 'b');
    const messages = await receiveAll(session);
    expect(messages.map((message) => message.body)).toEqual([1, 3]);
    expect(session.sessionId).toBe('b');
    expect(Number(session.sessionLockedUntilUtc)).toBeGreaterThan(Date.now() + 55_000);
  });

  it('have one receiver at a time', async () => {
    await start('a');
    const session = await scene.client.acceptSession('q', 'a');
    const second = scene.connect().acceptSession('q', 'a');
    await expect(second).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    await session.close();
    expect((await scene.connect().acceptSession('q', 'a')).sessionId).toBe('a');
  });

  it('are offered to those who take any, until there is none', async () => {
    await start('ab');
    const first = await scene.client.acceptNextSession('q');
    const second = await scene.connect().acceptNextSession('q');
    expect([first.sessionId, second.sessionId]).toEqual(['a', 'b']);
    const third = scene.connect().acceptNextSession('q');
    await expect(third).rejects.toMatchObject({ code: 'ServiceTimeout' });
  });

  it('are given to who waits as soon as there is one', async () => {
    await start('');
    const waiting = scene.client.acceptNextSession('q');
    const sender = scene.connect().createSender('q');
    await sender.sendMessages({ body: 'x', sessionId: 's' });
    const session = await waiting;
    expect((await receiveOne(session)).body).toBe('x');
  });

  it('deliver the rest to the next receiver, without counting what was not settled', async () => {
    await start('aa');
    const first = await scene.client.acceptNextSession('q');
    const [message] = await receiveAll(first, 2);
    if (message !== undefined) await first.completeMessage(message);
    await first.close();
    const next = await receiveAll(await scene.connect().acceptNextSession('q'));
    expect(next.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([[1, 0]]);
  });

  it('are lost when they are not renewed in time', async () => {
    await start('a', 300);
    const session = await scene.client.acceptSession('q', 'a', WITHOUT_RENEWAL);
    const message = await receiveOne(session);
    const next = await scene.connect().acceptNextSession('q', WITHOUT_RENEWAL);
    expect(await receiveOne(next)).toMatchObject({ body: 0, deliveryCount: 1 });
    const late = session.completeMessage(message);
    await expect(late).rejects.toMatchObject({ code: 'SessionLockLost' });
  });

  it('last longer when they are renewed', async () => {
    await start('a', 1000);
    const session = await scene.client.acceptSession('q', 'a', WITHOUT_RENEWAL);
    const message = await receiveOne(session);
    const until = Number(session.sessionLockedUntilUtc);
    await expect.poll(() => Date.now() > until - 500).toBe(true);
    expect(Number(await session.renewSessionLock())).toBeGreaterThan(until);
    await expect.poll(() => Date.now() > until + 100).toBe(true);
    await session.completeMessage(message);
    expect(scene.emulator.depth('q')).toBe(0);
  });

  it('keep a state between receivers', async () => {
    await start('a');
    const first = await scene.client.acceptSession('q', 'a');
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ step: 2 });
    await first.close();
    const second = await scene.connect().acceptSession('q', 'a');
    expect(await second.getSessionState()).toEqual({ step: 2 });
  });

  it('are required, of senders and of receivers', async () => {
    await start('');
    const sending = scene.client.createSender('q').sendMessages({ body: 1 });
    await expect(sending).rejects.toThrow('session');
    const receiving = receiveAll(scene.client.createReceiver('q'));
    await expect(receiving).rejects.toThrow('session');
  });
});
