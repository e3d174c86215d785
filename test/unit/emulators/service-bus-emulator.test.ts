import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createServiceBusScene,
  receiveAll,
  receiveOne,
  type ServiceBusScene,
} from '../../emulators/service-bus-scene.ts';

let scene: ServiceBusScene;

beforeEach(async () => {
  scene = await createServiceBusScene();
});
afterEach(() => scene.end());

describe('the Service Bus emulator', () => {
  it('gives back the bytes and the properties that were sent', async () => {
    const body = Buffer.from([0x1f, 0x8b, 0, 255]);
    await scene.client.createSender('q').sendMessages({
      body,
      messageId: 'm-1',
      contentType: 'application/octet-stream',
      subject: 'a subject',
      correlationId: 'c-1',
      applicationProperties: { text: 'é', whole: 7, fraction: 1.5, yes: true },
    });
    const receiver = scene.client.createReceiver('q', { skipParsingBodyAsJson: true });
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({
      body,
      messageId: 'm-1',
      contentType: 'application/octet-stream',
      subject: 'a subject',
      applicationProperties: { text: 'é', whole: 7, fraction: 1.5, yes: true },
      deliveryCount: 0,
      state: 'active',
    });
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(Math.abs(Date.now() - Number(message.enqueuedTimeUtc))).toBeLessThan(5000);
    expect(Number(message.lockedUntilUtc) - Number(message.enqueuedTimeUtc)).toBeGreaterThan(
      59_000,
    );
  });

  it('removes what is completed', async () => {
    await scene.client.createSender('q').sendMessages({ body: 1 });
    const receiver = scene.client.createReceiver('q');
    await receiver.completeMessage(await receiveOne(receiver));
    expect(scene.emulator.depth('q')).toBe(0);
    expect(scene.emulator.counts.q).toMatchObject({ sends: 1, receives: 1, completes: 1 });
  });

  it('takes a batch in one call', async () => {
    const sender = scene.client.createSender('q');
    const batch = await sender.createMessageBatch();
    for (const body of ['a', 'b', 'c']) batch.tryAddMessage({ body });
    await sender.sendMessages(batch);
    const messages = await receiveAll(scene.client.createReceiver('q'));
    expect(messages.map((message) => message.body)).toEqual(['a', 'b', 'c']);
    expect(scene.emulator.counts.q).toMatchObject({ sends: 3, sendCalls: 1 });
  });

  it('takes messages of many frames, and none above 256 KB', async () => {
    const sender = scene.client.createSender('q');
    await sender.sendMessages({ body: Buffer.alloc(200_000, 'x') });
    const refused = sender.sendMessages({ body: Buffer.alloc(300_000, 'x') });
    await expect(refused).rejects.toMatchObject({ code: 'MessageSizeExceeded' });
    const [message, ...more] = await receiveAll(scene.client.createReceiver('q'));
    expect([message?.body.length, more.length]).toEqual([200_000, 0]);
  });

  it('gives each message to one of several receivers', async () => {
    const receivers = [scene.client, scene.connect(), scene.connect()].map((client) =>
      client.createReceiver('q'),
    );
    const receiving = receivers.map((receiver) => receiveAll(receiver, 30, 1000));
    const bodies = Array.from({ length: 30 }, (_, index) => index);
    await scene.client.createSender('q').sendMessages(bodies.map((body) => ({ body })));
    const received = (await Promise.all(receiving)).flat().map((message) => message.body);
    expect(received.sort((a, b) => a - b)).toEqual(bodies);
  });

  it('forgets at once what is received with receiveAndDelete', async () => {
    await scene.client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = scene.client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
    expect((await receiveAll(receiver, 2)).map((message) => message.body)).toEqual([1, 2]);
    expect(scene.emulator.depth('q')).toBe(0);
  });

  it('feeds a subscription beyond the size of its window', async () => {
    const total = 2500;
    const receiver = scene.client.createReceiver('q');
    const done = Promise.withResolvers<void>();
    let seen = 0;
    receiver.subscribe(
      {
        processMessage: async () => {
          seen += 1;
          if (seen === total) done.resolve();
        },
        processError: async ({ error }) => done.reject(error),
      },
      { maxConcurrentCalls: 50 },
    );
    const sender = scene.client.createSender('q');
    for (let sent = 0; sent < total; sent += 500) {
      await sender.sendMessages(
        Array.from({ length: 500 }, (_, index) => ({ body: sent + index })),
      );
    }
    await done.promise;
    await expect.poll(() => scene.emulator.counts.q?.completes).toBe(total);
    expect(scene.emulator.counts.q?.receives).toBe(total);
  });

  it('knows no other queue', async () => {
    const sending = scene.client.createSender('other').sendMessages({ body: 1 });
    await expect(sending).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
    const receiving = receiveAll(scene.client.createReceiver('other'));
    await expect(receiving).rejects.toMatchObject({ code: 'MessagingEntityNotFound' });
  });
});
