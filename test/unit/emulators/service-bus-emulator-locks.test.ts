import { afterEach, describe, expect, it } from 'vitest';
import {
  createServiceBusScene,
  receiveAll,
  receiveOne,
  type ServiceBusScene,
} from '../../emulators/service-bus-scene.ts';

const LOCK_MS = 300;
/** Disables the library's own renewal, which would keep locks that should expire. */
const WITHOUT_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

let scene: ServiceBusScene;

async function start(settings: Parameters<typeof createServiceBusScene>[0] = {}) {
  scene = await createServiceBusScene(settings);
  await scene.client.createSender('q').sendMessages({ body: 'x', messageId: 'm' });
  return scene.client.createReceiver('q', WITHOUT_RENEWAL);
}

afterEach(() => scene.end());

describe('locks of the Service Bus emulator', () => {
  it('deliver again at once what is abandoned, counted and with what was added', async () => {
    const receiver = await start();
    await receiver.abandonMessage(await receiveOne(receiver), { note: 'busy' });
    expect(await receiveOne(receiver)).toMatchObject({
      deliveryCount: 1,
      applicationProperties: { note: 'busy' },
    });
  });

  it('deliver again what was not settled in time, and refuse to settle it then', async () => {
    const receiver = await start({ lockMs: LOCK_MS });
    const first = await receiveOne(receiver);
    const second = await receiveOne(scene.connect().createReceiver('q', WITHOUT_RENEWAL));
    expect(second).toMatchObject({ messageId: 'm', deliveryCount: 1 });
    expect(second.lockToken).not.toBe(first.lockToken);
    const late = receiver.completeMessage(first);
    await expect(late).rejects.toMatchObject({ code: 'MessageLockLost' });
    const renewal = receiver.renewMessageLock(first);
    await expect(renewal).rejects.toMatchObject({ code: 'MessageLockLost' });
  });

  it('last longer when they are renewed', async () => {
    const receiver = await start({ lockMs: 1000 });
    const message = await receiveOne(receiver);
    const until = Number(message.lockedUntilUtc);
    await expect.poll(() => Date.now() > until - 500).toBe(true);
    expect(Number(await receiver.renewMessageLock(message))).toBeGreaterThan(until);
    await expect.poll(() => Date.now() > until + 100).toBe(true);
    await receiver.completeMessage(message);
    expect(scene.emulator.counts.q).toMatchObject({ receives: 1, renewals: 1, lostLocks: 0 });
  });

  it('outlive the link, so that a message can be settled after it', async () => {
    const receiver = await start();
    const message = await receiveOne(receiver);
    await receiver.close();
    const other = scene.client.createReceiver('q');
    expect(await receiveAll(other)).toEqual([]);
    await other.completeMessage(message);
    expect(scene.emulator.depth('q')).toBe(0);
  });

  it('are all lost on demand', async () => {
    const receiver = await start();
    const message = await receiveOne(receiver);
    scene.emulator.faults.loseLocks('q');
    const late = receiver.completeMessage(message);
    await expect(late).rejects.toMatchObject({ code: 'MessageLockLost' });
    expect((await receiveOne(receiver)).deliveryCount).toBe(1);
  });
});

describe('the dead-letter queue of the Service Bus emulator', () => {
  it('has what a receiver put there, with the reason', async () => {
    const receiver = await start();
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'Unreadable',
      deadLetterErrorDescription: 'Not JSON.',
      attempt: 3,
    });
    const dead = scene.client.createReceiver('q', { subQueueType: 'deadLetter' });
    const message = await receiveOne(dead);
    expect(message).toMatchObject({
      body: 'x',
      deadLetterReason: 'Unreadable',
      deadLetterErrorDescription: 'Not JSON.',
      applicationProperties: { attempt: 3 },
    });
    await dead.completeMessage(message);
    expect(scene.emulator.depth('q/$DeadLetterQueue')).toBe(0);
  });

  it('has what was delivered too often, under its address in any case', async () => {
    const receiver = await start({ maxDeliveryCount: 3 });
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      await receiver.abandonMessage(await receiveOne(receiver));
    }
    expect(await receiveAll(receiver)).toEqual([]);
    const dead = scene.client.createReceiver('q/$deadletterqueue');
    expect(await receiveOne(dead)).toMatchObject({
      deliveryCount: 3,
      deadLetterReason: 'MaxDeliveryCountExceeded',
    });
    expect(scene.emulator.counts.q?.deadLetters).toBe(1);
  });

  it('keeps what is abandoned in it, however often', async () => {
    const receiver = await start({ maxDeliveryCount: 1 });
    await receiver.abandonMessage(await receiveOne(receiver));
    const dead = scene.client.createReceiver('q', { subQueueType: 'deadLetter' });
    for (let delivery = 1; delivery <= 12; delivery += 1) {
      await dead.abandonMessage(await receiveOne(dead));
    }
    expect((await receiveOne(dead)).deliveryCount).toBe(13);
  });
});
