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

const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds);

describe('scheduled messages of the Service Bus emulator', () => {
  it('come when they are due, not before', async () => {
    const due = inMs(400);
    const sender = scene.client.createSender('q');
    await sender.scheduleMessages({ body: 'later' }, due);
    const message = await receiveOne(scene.client.createReceiver('q'));
    expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
    expect(message).toMatchObject({ body: 'later', enqueuedTimeUtc: due });
  });

  it('may be sent with their time like any other', async () => {
    const sender = scene.client.createSender('q');
    await sender.sendMessages({ body: 'later', scheduledEnqueueTimeUtc: inMs(60_000) });
    expect(scene.emulator.counts.q).toMatchObject({ sends: 1, scheduled: 1 });
    expect(await receiveAll(scene.client.createReceiver('q'))).toEqual([]);
  });

  it('are cancelled by number, once', async () => {
    const sender = scene.client.createSender('q');
    const [first, second] = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], inMs(60_000));
    if (first === undefined || second === undefined) throw new Error('no numbers');
    await sender.cancelScheduledMessages(first);
    const again = sender.cancelScheduledMessages([second, first]);
    await expect(again).rejects.toMatchObject({ code: 'MessageNotFound' });
    expect(scene.emulator.depth('q')).toBe(1);
  });

  it('cannot be cancelled once they are due', async () => {
    const sender = scene.client.createSender('q');
    const [sequence] = await sender.scheduleMessages({ body: 1 }, inMs(-1));
    if (sequence === undefined) throw new Error('no number');
    const cancelling = sender.cancelScheduledMessages(sequence);
    await expect(cancelling).rejects.toMatchObject({ code: 'MessageNotFound' });
    expect((await receiveOne(scene.client.createReceiver('q'))).body).toBe(1);
  });
});

describe('duplicate detection of the Service Bus emulator', () => {
  it('drops a second message with the same id, also after the first is gone', async () => {
    const sender = scene.client.createSender('q');
    const receiver = scene.client.createReceiver('q');
    await sender.sendMessages([
      { body: 1, messageId: 'm' },
      { body: 2, messageId: 'm' },
    ]);
    await receiver.completeMessage(await receiveOne(receiver));
    await sender.sendMessages({ body: 3, messageId: 'm' });
    expect(await receiveAll(receiver)).toEqual([]);
    expect(scene.emulator.counts.q).toMatchObject({ sends: 1, duplicates: 2, sendCalls: 2 });
  });

  it('reaches from scheduled to sent messages, and numbers what it drops', async () => {
    const sender = scene.client.createSender('q');
    const sequences = await sender.scheduleMessages(
      [
        { body: 1, messageId: 'm' },
        { body: 2, messageId: 'm' },
      ],
      inMs(60_000),
    );
    await sender.sendMessages({ body: 3, messageId: 'm' });
    expect(sequences.map((sequence) => sequence.toNumber())).toEqual([1, 2]);
    expect(await receiveAll(scene.client.createReceiver('q'))).toEqual([]);
    expect(scene.emulator.depth('q')).toBe(1);
  });
});

describe('peeking at the Service Bus emulator', () => {
  it('shows what is due, locked and scheduled, without taking it', async () => {
    const sender = scene.client.createSender('q');
    const receiver = scene.client.createReceiver('q');
    await sender.sendMessages({ body: 'locked' });
    await receiveOne(receiver);
    await sender.sendMessages({ body: 'due' });
    await sender.scheduleMessages({ body: 'scheduled' }, inMs(60_000));
    const seen = await receiver.peekMessages(10);
    expect(seen.map(({ body, state }) => [body, state])).toEqual([
      ['locked', 'active'],
      ['due', 'active'],
      ['scheduled', 'scheduled'],
    ]);
    expect(seen.every((message) => message.lockToken === undefined)).toBe(true);
    expect((await receiveOne(receiver)).body).toBe('due');
  });

  it('goes on from where it was, and sees nothing in an empty queue', async () => {
    const receiver = scene.client.createReceiver('q');
    expect(await receiver.peekMessages(5)).toEqual([]);
    await scene.client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    const pages = [await receiver.peekMessages(2), await receiver.peekMessages(2)];
    expect(pages.map((page) => page.map((message) => message.body))).toEqual([[1, 2], [3]]);
  });
});
