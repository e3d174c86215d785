import { describe, expect, it } from 'vitest';
import { toInput } from '../../../infra/local/service-bus/message-body.ts';
import {
  type MessageFacts,
  toTriggerMetadata,
} from '../../../infra/local/service-bus/message-metadata.ts';
import { decodeMessage, toQueueInput } from '../../../infra/local/storage-queue/queue-message.ts';
import { toDotNetDateTime } from '../../../infra/local/worker/dot-net-time.ts';

const one = { isBatch: false, dataType: undefined } as const;
const many = { isBatch: true, dataType: undefined } as const;
const bytes = (text: string) => ({ body: Buffer.from(text) });

const message: MessageFacts & { body: Buffer } = {
  ...bytes('text'),
  deliveryCount: 0,
  lockToken: '9d9b4ef6-6f33-4b0c-9c3c-7d0c3b9f0f0a',
  sequenceNumber: { toString: () => '12' },
  enqueuedTimeUtc: new Date('2026-01-02T03:04:05.120Z'),
  expiresAtUtc: new Date('2026-01-16T03:04:05.000Z'),
  messageId: '42',
  contentType: 'text/plain',
  subject: 'order',
  sessionId: 's1',
  applicationProperties: { Shop: 'a', at: new Date('2026-01-02T03:04:05Z') },
};

describe('the metadata of a Service Bus message', () => {
  it('has the names and forms of the real host, and leaves out what is not there', () => {
    expect(toTriggerMetadata([message], one)).toEqual({
      DeliveryCount: { json: '1' },
      LockToken: { string: '9d9b4ef6-6f33-4b0c-9c3c-7d0c3b9f0f0a' },
      ExpiresAtUtc: { string: '2026-01-16T03:04:05' },
      EnqueuedTimeUtc: { string: '2026-01-02T03:04:05.12' },
      MessageId: { string: '42' },
      ContentType: { string: 'text/plain' },
      SequenceNumber: { json: '12' },
      Subject: { string: 'order' },
      SessionId: { string: 's1' },
      ApplicationProperties: { json: '{"Shop":"a","at":"2026-01-02T03:04:05Z"}' },
    });
  });

  it('is overwritten by the fields of a body that is a JSON object, ignoring case', () => {
    const body = Buffer.from(
      '{"messageid":"mine","SUBJECT":{"a":1},"n":42,"yes":true,"list":[1],"none":null}',
    );
    const metadata = toTriggerMetadata([{ ...message, body }], one);
    expect(metadata).toMatchObject({
      MessageId: { string: 'mine' },
      Subject: { json: '{"a":1}' },
      n: { string: '42' },
      yes: { string: 'True' },
    });
    for (const name of ['messageid', 'SUBJECT', 'list', 'none']) {
      expect(metadata).not.toHaveProperty(name);
    }
  });

  it.each(['[{"messageId":"mine"}]', '{"messageId":', '"{}"'])('is not by the body %s', (text) => {
    const metadata = toTriggerMetadata([{ ...message, ...bytes(text) }], one);
    expect(metadata.MessageId).toEqual({ string: '42' });
  });

  it('is not by a body that is bound as bytes', () => {
    const body = Buffer.from('{"messageId":"mine"}');
    const binary = { isBatch: false, dataType: 'binary' } as const;
    expect(toTriggerMetadata([{ ...message, body }], binary).MessageId).toEqual({ string: '42' });
  });

  it('of a batch is lists, with null where a message has nothing', () => {
    const { subject, ...rest } = message;
    const second = { ...rest, deliveryCount: 2 };
    expect(toTriggerMetadata([message, second], many)).toMatchObject({
      DeliveryCountArray: { json: '[1,3]' },
      SubjectArray: { json: `["${subject}",null]` },
      MessageIdArray: { json: '["42","42"]' },
    });
  });

  it('that never expires says so as .NET does', () => {
    expect(toDotNetDateTime(new Date(8.64e15))).toBe('9999-12-31T23:59:59.9999999');
    expect(toDotNetDateTime(new Date('2026-01-02T03:04:00.000Z'))).toBe('2026-01-02T03:04:00');
    expect(toDotNetDateTime(new Date('2026-01-02T03:04:10.300Z'))).toBe('2026-01-02T03:04:10.3');
  });
});

describe('the body of a Service Bus message', () => {
  it('is text, or bytes if the function asks for them', () => {
    const body = Buffer.from([0x1f, 0x8b, 0xff, 0]);
    expect(toInput([{ body }], { isBatch: false, dataType: 'binary' })).toEqual({ bytes: body });
    expect(toInput([bytes('{"ä":1}')], one)).toEqual({ string: '{"ä":1}' });
    expect(toInput([{ body: 'an AMQP value' }], one)).toEqual({ string: 'an AMQP value' });
  });

  it('that is neither bytes nor text cannot be bound', () => {
    expect(() => toInput([{ body: [1] }], one)).toThrow('AMQP body of type sequence');
  });

  it('must be JSON in a batch, unless the function has a dataType', () => {
    const plain = [bytes('1'), bytes('plain')];
    expect(toInput([bytes('{"a":1}'), bytes('[2]')], many)).toEqual({ json: '[{"a":1},[2]]' });
    expect(() => toInput(plain, many)).toThrow('A batch needs messages that are JSON');
    expect(toInput(plain, { isBatch: true, dataType: 'string' })).toEqual({
      collectionString: { string: ['1', 'plain'] },
    });
    expect(toInput(plain, { isBatch: true, dataType: 'binary' })).toEqual({
      collectionBytes: { bytes: plain.map(({ body }) => body) },
    });
  });
});

describe('a Storage queue message', () => {
  const facts = {
    messageId: 'id-1',
    popReceipt: 'receipt',
    dequeueCount: 2,
    insertedOn: new Date('2026-01-02T03:04:05Z'),
    expiresOn: new Date('2026-01-09T03:04:05Z'),
    nextVisibleOn: new Date('2026-01-02T03:14:05Z'),
  };

  it('has the metadata of the real host', () => {
    expect(toQueueInput(Buffer.from('hello'), undefined, facts)).toEqual({
      data: { string: 'hello' },
      triggerMetadata: {
        QueueTrigger: { string: 'hello' },
        DequeueCount: { json: '2' },
        ExpirationTime: { string: '2026-01-09T03:04:05+00:00' },
        Id: { string: 'id-1' },
        InsertionTime: { string: '2026-01-02T03:04:05+00:00' },
        NextVisibleTime: { string: '2026-01-02T03:14:05+00:00' },
        PopReceipt: { string: 'receipt' },
      },
    });
  });

  it('that is a JSON object overwrites its metadata, and as bytes does not', () => {
    const body = Buffer.from('{"id":"mine"}');
    expect(toQueueInput(body, undefined, facts).triggerMetadata.Id).toEqual({ string: 'mine' });
    expect(toQueueInput(body, 'binary', facts)).toMatchObject({
      data: { bytes: body },
      triggerMetadata: { Id: { string: 'id-1' } },
    });
  });

  it('that is no text has no queueTrigger', () => {
    const { data, triggerMetadata } = toQueueInput(Buffer.from([0xff]), 'binary', facts);
    expect(data).toEqual({ bytes: Buffer.from([0xff]) });
    expect(triggerMetadata).not.toHaveProperty('QueueTrigger');
  });

  it('is base64 unless host.json says otherwise', () => {
    expect(decodeMessage('aGk=', 'base64')?.toString()).toBe('hi');
    expect(decodeMessage('', 'base64')?.toString()).toBe('');
    expect(decodeMessage('{"a":1}', 'base64')).toBeUndefined();
    expect(decodeMessage('{"a":1}', 'none')?.toString()).toBe('{"a":1}');
  });
});
