import { describe, expect, it } from 'vitest';
import { toEventKey } from '../../../shared/heddle/domain/ids.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';
import { type Guards, ingest } from '../../../shared/heddle/pipeline/ingest/ingest.ts';
import type { OutgoingMessage, Sent } from '../../../shared/heddle/ports/event-queue.ts';
import type { Outcome, Source, SourceEvent } from '../../../shared/heddle/sources/source.ts';
import { createRequest } from '../../helpers/sources.ts';

const toEvent = (id: string, more: Partial<SourceEvent> = {}): SourceEvent => ({
  ...{ id, type: 'hello', data: { id }, fields: {} },
  ...more,
});

interface Given {
  readonly source?: Partial<Source>;
  readonly outcome?: Partial<Outcome>;
  readonly guards?: Guards;
  /** Answers of the queue, by message. */
  readonly answers?: readonly Sent[];
  readonly headers?: Record<string, string>;
}

/** Takes one request in. @returns what came of it, the steps in their order, and what was sent */
async function take({ source, outcome, guards, answers = [], headers = {} }: Given = {}) {
  const steps: string[] = [];
  const sent: OutgoingMessage[] = [];
  const step = (name: string) => () => void steps.push(name);
  const subject: Source = {
    ...{ name: 'acme', maxBodyBytes: 10 },
    verify: () => {
      steps.push('verify');
      return { verified: true, secret: 'S' };
    },
    normalize: () => {
      steps.push('normalize');
      return { events: [toEvent('a')], ...outcome };
    },
    ...source,
  };
  const queue = {
    send: async (messages: readonly OutgoingMessage[]) => {
      steps.push('send');
      sent.push(...messages);
      return messages.map((_, at) => answers[at] ?? at);
    },
  };
  const all: Guards = {
    checkAddress: step('address'),
    checkRoom: async () => step('room')(),
    checkRate: async () => step('rate')(),
    check: step('schema'),
    ...guards,
  };
  const request = createRequest({ body: 'x'.repeat(10), headers, receivedAt: 0 });
  const ingested = ingest(subject, request, queue, all);
  return { ingested: await ingested.catch((error: unknown) => error), steps, sent };
}

const dataOf = (sent: readonly OutgoingMessage[]) =>
  sent.map(({ body }) => JSON.parse(body).event.data);

describe('a webhook', () => {
  it('is checked step by step, and answered once its event is in the queue', async () => {
    const { ingested, steps, sent } = await take();
    expect(steps).toEqual([
      ...['address', 'verify', 'room', 'rate', 'normalize', 'schema', 'send'],
    ]);
    expect(ingested).toEqual({
      ...{ reply: { status: 202, json: { id: 'a' } }, accepted: 1, duplicates: 0 },
      verification: { verified: true, secret: 'S' },
    });
    expect(sent.map(({ id }) => id)).toEqual([`event:${toEventKey('acme', 'a')}`]);
  });

  it('needs no guards', async () => {
    const source: Source = {
      ...{ name: 'acme', maxBodyBytes: 10 },
      verify: () => ({ verified: true }),
      normalize: () => ({ events: [toEvent('a')] }),
    };
    const queue = { send: async () => [1] };
    const { accepted } = await ingest(source, createRequest({ body: 'x' }), queue);
    expect(accepted).toBe(1);
  });

  it('that is too large is not looked at', async () => {
    const { ingested, steps } = await take({ source: { maxBodyBytes: 9 } });
    expect(ingested).toMatchObject({ code: 'body_too_large', status: 413 });
    expect(steps).toEqual([]);
  });

  it('that is a handshake is answered without proof of its sender', async () => {
    const reply = { status: 200, text: 'hello' };
    const { ingested, steps } = await take({
      source: { handshake: () => reply, mediaTypes: ['application/json'] },
    });
    expect(ingested).toEqual({ reply, accepted: 0, duplicates: 0 });
    expect(steps).toEqual(['address']);
    expect((await take({ source: { handshake: () => undefined } })).steps).toContain('send');
  });

  it('has a media type that the source knows', async () => {
    const source = { mediaTypes: ['application/json', 'text/plain'] };
    const type = async (value?: string) => {
      const headers = value === undefined ? {} : { 'content-type': value };
      return (await take({ source, headers })).ingested;
    };
    expect(await type('text/plain; charset=utf-8')).toMatchObject({ accepted: 1 });
    expect(await type('text/html')).toMatchObject({
      ...{ code: 'media_type_unsupported', status: 415 },
      message: expect.stringContaining('application/json or text/plain'),
    });
    expect(await type()).toMatchObject({ code: 'media_type_unsupported' });
  });

  it('of a sender that is not known uses up no share, and is not read', async () => {
    const verify = () => {
      throw new RejectedError('signature_invalid', 'no');
    };
    const { ingested, steps } = await take({ source: { verify } });
    expect(ingested).toMatchObject({ code: 'signature_invalid' });
    expect(steps).toEqual(['address']);
  });
});

describe('several events of one webhook', () => {
  const events = [toEvent('a'), toEvent('b')];

  it('are answered with their ids, and counted one by one', async () => {
    const { ingested } = await take({ outcome: { events }, answers: [1, 'duplicate'] });
    expect(ingested).toMatchObject({
      ...{ reply: { status: 202, json: { ids: ['a', 'b'] } }, accepted: 1, duplicates: 1 },
    });
  });

  it('are none of them taken in where one does not fit the schema', async () => {
    const check = ({ id }: { readonly id?: unknown }) => {
      if (id === 'b') throw new RejectedError('schema_mismatch', 'no');
    };
    const { ingested, sent } = await take({ outcome: { events }, guards: { check } });
    expect(ingested).toMatchObject({ code: 'schema_mismatch' });
    expect(sent).toEqual([]);
  });

  it('may be none: nothing is sent', async () => {
    const { ingested, steps } = await take({ outcome: { events: [] } });
    expect(ingested).toMatchObject({ reply: { status: 202, json: { ids: [] } }, accepted: 0 });
    expect(steps).not.toContain('send');
  });

  it('are answered as the source says', async () => {
    const reply = { status: 204 };
    expect((await take({ outcome: { reply } })).ingested).toMatchObject({ reply });
  });

  it('count no copy for an ordering key as a duplicate', async () => {
    const order = async () => new Map([['key', 't']]);
    const all = await take({ guards: { order }, answers: ['duplicate', 'duplicate'] });
    expect(all.sent).toHaveLength(2);
    expect(all.ingested).toMatchObject({ accepted: 0, duplicates: 1 });
    const copy = await take({ guards: { order }, answers: [1, 'duplicate'] });
    expect(copy.ingested).toMatchObject({ accepted: 1, duplicates: 0 });
  });
});

describe('an event that is changed before it is kept', () => {
  const outcome = { events: [toEvent('a', { data: { token: 't', pin: 'p', n: 1 } })] };
  const without = (event: SourceEvent, name: string): SourceEvent => {
    const { [name]: _, ...data } = event.data;
    return { ...event, data };
  };
  const withoutCredentials = (event: SourceEvent) => without(event, 'token');

  it('loses its credentials and what is redacted, after the schema has seen both', async () => {
    const seen: unknown[] = [];
    const { sent } = await take({
      ...{ outcome, source: { withoutCredentials } },
      guards: { redact: (event) => without(event, 'pin'), check: (data) => seen.push(data) },
    });
    expect(seen).toEqual([{ token: 't', pin: 'p', n: 1 }]);
    expect(dataOf(sent)).toEqual([{ n: 1 }]);
  });

  it('is redacted once more where the app has changed it, against what the sender sent', async () => {
    const redacted: unknown[] = [];
    const { sent } = await take({
      ...{ outcome },
      source: {
        withoutCredentials,
        transform: async (event) => ({ ...event, data: { ...event.data, made: 1 } }),
      },
      guards: {
        redact: (event, from) => {
          redacted.push([event.data, from]);
          return without(event, 'pin');
        },
      },
    });
    expect(redacted).toEqual([
      [
        { pin: 'p', n: 1, made: 1 },
        { pin: 'p', n: 1 },
      ],
    ]);
    expect(dataOf(sent)).toEqual([{ n: 1, made: 1 }]);
  });

  it('is redacted with nothing to compare where the app has left it as it was', async () => {
    const redacted: unknown[] = [];
    await take({
      ...{ outcome, source: { transform: async (event) => event } },
      guards: {
        redact: (event, from) => {
          redacted.push(from);
          return event;
        },
      },
    });
    expect(redacted).toEqual([undefined]);
  });

  it('is dropped by the app’s filter, and its sender is told so', async () => {
    const { ingested, steps } = await take({
      source: { transform: async () => undefined },
      outcome: { reply: { status: 204 } },
    });
    expect(ingested).toMatchObject({ reply: { status: 202, json: { filtered: true } } });
    expect(ingested).toMatchObject({ accepted: 0, duplicates: 0 });
    expect(steps).not.toContain('send');
  });

  it('may be one of several that the filter drops', async () => {
    const { ingested } = await take({
      outcome: { events: [toEvent('a'), toEvent('b')] },
      source: { transform: async (event) => (event.id === 'a' ? undefined : event) },
    });
    expect(ingested).toMatchObject({ reply: { json: { id: 'b' } }, accepted: 1 });
  });
});

describe('a sender that waits for its run', () => {
  const toReply = () => ({ status: 200 });

  it('is answered by it, and the message is not sent twice', async () => {
    const asked: unknown[] = [];
    const reply = { status: 200, text: 'from the run' };
    const { ingested, steps } = await take({
      outcome: { toReply, reply: { status: 204 } },
      guards: {
        replyFromRun: async (outcome, message) => {
          asked.push(outcome.events.length, message.id);
          return { isDuplicate: true, reply };
        },
      },
    });
    expect(asked).toEqual([1, `event:${toEventKey('acme', 'a')}`]);
    expect(ingested).toMatchObject({ reply, accepted: 0, duplicates: 1 });
    expect(steps).not.toContain('send');
  });

  it('is answered as the source says where the run says nothing', async () => {
    const replyFromRun = async () => ({ isDuplicate: false, reply: undefined });
    const outcome = { toReply, reply: { status: 204 } };
    const { ingested } = await take({ outcome, guards: { replyFromRun } });
    expect(ingested).toMatchObject({ reply: { status: 204 }, accepted: 1, duplicates: 0 });
  });

  it('is one whose source can make an answer of an output', async () => {
    const replyFromRun = () => Promise.reject(new Error('not asked'));
    expect((await take({ guards: { replyFromRun } })).ingested).toMatchObject({ accepted: 1 });
    const { steps } = await take({ outcome: { toReply } });
    expect(steps).toContain('send');
  });
});
