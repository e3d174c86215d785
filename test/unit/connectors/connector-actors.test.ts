import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createRecordingSinks, createSinkScene } from '../../helpers/sink-actors.ts';

const { findFaults } = createSinkScene({});
async function sendWith(actor: string, input: JsonObject) {
  const sinks = createRecordingSinks();
  const output = await createSinkScene({ sinks }).run(actor, input);
  return { output, sent: sinks.sent };
}

describe('the storage-queue actor', () => {
  it('sends a text as it is and anything else as JSON, later where it should', async () => {
    const output = { queue: 'to-do', messageId: 'message-1' };
    expect(await sendWith('storage-queue', { queue: 'to-do', message: 'text' })).toEqual({
      output,
      sent: [['storage-queue', 'to-do', { text: 'text' }]],
    });
    const later = { queue: 'to-do', message: { a: [1] }, delaySeconds: '30' };
    expect(await sendWith('storage-queue', later)).toEqual({
      output,
      sent: [['storage-queue', 'to-do', { text: '{"a":[1]}', delaySeconds: 30 }]],
    });
  });

  it.each(['', 'ab', 'Upper', 'a--b', '-ab', 'ab-', 'a_b', 'x'.repeat(64)])(
    'does not take the queue "%s"',
    (queue) => {
      expect(findFaults('storage-queue', { queue, message: 'a' })).toEqual([
        'queue: expected 3 to 63 lower-case letters, digits and single hyphens',
      ]);
    },
  );

  it('does not take what storage queues do not', () => {
    const input = { queue: 'abc', message: '', delaySeconds: 604_801 };
    expect(findFaults('storage-queue', input)).toEqual([
      'message: expected a text or any JSON value',
      'delaySeconds: expected a number from 0 to 604800',
    ]);
  });
});

describe('the service-bus actor', () => {
  it('sends to a queue, with an id that is the same for every attempt', async () => {
    expect(await sendWith('service-bus', { queue: 'orders', message: { a: 1 } })).toEqual({
      output: { queue: 'orders', messageId: 'run-1' },
      sent: [
        [
          'service-bus',
          'orders',
          { id: 'run-1', body: '{"a":1}', contentType: 'application/json' },
        ],
      ],
    });
  });

  it('sends to a topic, with all that a message may have', async () => {
    const rest = { subject: 'new', sessionId: 's', properties: { a: 'b', c: 1, d: true } };
    const input = { topic: 'a/b.c', queue: '', message: 'text', delaySeconds: 1.5, ...rest };
    expect(await sendWith('service-bus', input)).toEqual({
      output: { topic: 'a/b.c', messageId: 'run-1' },
      sent: [
        [
          ...['service-bus', 'a/b.c'],
          {
            id: 'run-1',
            body: 'text',
            contentType: 'text/plain; charset=utf-8',
            delayMs: 1500,
            ...rest,
          },
        ],
      ],
    });
  });

  it.each<[JsonObject, string]>([
    [{}, 'expected either queue or topic'],
    [{ queue: 'a', topic: 'b' }, 'expected either queue or topic'],
    [{ queue: 'events' }, "queue: this is a queue of Heddle's own: send to another"],
    [{ topic: 'EVENTS-ordered' }, "topic: this is a queue of Heddle's own: send to another"],
    [
      { queue: 'events/$deadletterqueue' },
      'queue: expected the name of a Service Bus queue or topic',
    ],
    [{ queue: '/events' }, 'queue: expected the name of a Service Bus queue or topic'],
    [{ queue: 'a', sessionId: 'x'.repeat(129) }, 'sessionId: expected at most 128 characters'],
    [{ queue: 'a', delaySeconds: -1 }, 'delaySeconds: expected a number from 0 to 31536000'],
  ])('does not take %j', (input, fault) => {
    expect(findFaults('service-bus', { message: 'a', ...input })).toEqual([fault]);
  });
});

describe('an actor whose service is not configured', () => {
  it('fails for good, with the words of the sink', async () => {
    const reason = new TerminalError('sink_not_configured', 'set ServiceBus');
    const sinks = { ...createRecordingSinks(), send: () => Promise.reject(reason) };
    const { run } = createSinkScene({ sinks });
    await expect(run('service-bus', { queue: 'a', message: 'b' })).rejects.toBe(reason);
  });
});
