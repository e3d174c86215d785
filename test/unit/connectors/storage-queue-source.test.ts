import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogActor } from '../../../shared/heddle/actors/log.ts';
import {
  type QueueMessage,
  toQueueEvent,
} from '../../../shared/heddle/connectors/storage-queue/source.ts';
import { receiveQueueMessage } from '../../../shared/heddle/pipeline/ingest/receive-queue-message.ts';
import { createWorld, toTriggers } from '../../helpers/world.ts';

const message: QueueMessage = {
  queue: 'orders',
  id: '6b0d1c5e-3c1f-4d2b-9a4e-0f6f3b2a1c00',
  text: '{"order":7,"queue":"the payload\'s own"}',
  insertedAt: '2026-01-01T08:00:00.000Z',
  dequeueCount: 1,
};

describe('a message of a storage queue', () => {
  it('is an event of the type of its queue, with its JSON as data', () => {
    expect(toQueueEvent(message)).toEqual({
      ...{ id: message.id, type: 'orders', subject: 'orders', time: message.insertedAt },
      data: { order: 7, queue: "the payload's own" },
      fields: { queue: 'orders', message_id: message.id, dequeue_count: 1 },
    });
  });

  it.each(['', 'plain text', '7', '[1]', 'null', '{', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`])(
    'that is no JSON object, or too deep a one, is a body: %s',
    (text) => {
      expect(toQueueEvent({ ...message, text }).data).toEqual({ body: text });
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(toQueueEvent({ ...message, text }).data).toBeTypeOf('object');
      }),
    );
  });

  it('runs the triggers of its queue once, however often it is delivered', async () => {
    const triggers = toTriggers(
      { name: 'orders', source: 'storagequeue', eventType: 'orders', actor: 'log' },
      { name: 'other', source: 'storagequeue', eventType: 'invoices', actor: 'log' },
    );
    const world = createWorld(triggers, { log: LogActor });
    for (const dequeueCount of [1, 2]) {
      const event = toQueueEvent({ ...message, dequeueCount });
      await receiveQueueMessage(world.engine, { source: 'storagequeue', event });
    }
    await world.drain();
    expect(await world.runs()).toMatchObject([{ trigger: 'orders', status: 'succeeded' }]);
    expect(await world.events()).toMatchObject([{ source: 'storagequeue', verified: true }]);
  });
});
