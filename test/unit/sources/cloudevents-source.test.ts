import { describe, expect, it } from 'vitest';
import { createCloudEventsSample } from '../../../shared/heddle/cli/samples/cloudevents.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { cloudevents } from '../../../shared/heddle/sources/cloudevents/cloudevents.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  readVectors,
  takeIn,
  toVectorRequest,
  type VectorCase,
} from '../../helpers/sources.ts';

const SECRET = 'a token that is long enough'.replaceAll(' ', '-');
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const EVENT = { specversion: '1.0', id: 'a1', source: '/s', type: 't.one' };

const open = createSourceOf(cloudevents, {
  settings: { auth: { kind: 'none' }, requireVerification: false },
});

const createFor = ({ config, secrets }: VectorCase) =>
  createSourceOf(cloudevents, { settings: { ...config, requireVerification: false }, secrets });

describeVectors('cloudevents.json', createFor);

/** Takes in a request to an open source; extra headers are listed, as by a host. */
async function take({ headers = {}, ...parts }: RequestParts) {
  const request = createRequest({ ...parts, headers });
  const listed = { get: request.headers.get, keys: () => Object.keys(headers) };
  const taken = await takeIn(open, { ...request, headers: listed });
  const events = taken.messages.map((message) => {
    if (message.kind !== 'event') throw new Error('ingest sends events');
    return message.event;
  });
  return { ...taken, events };
}

const takeStructured = (event: JsonObject) =>
  take({ headers: { 'content-type': STRUCTURED }, body: JSON.stringify(event) });

const takeBinary = (headers: Readonly<Record<string, string>>, body: string | Buffer = '{}') => {
  const attributes = { 'ce-specversion': '1.0', 'ce-id': 'a1', 'ce-source': '/s', 'ce-type': 't' };
  return take({ headers: { 'content-type': 'application/json', ...attributes, ...headers }, body });
};

describe('the vectors', () => {
  it.each(readVectors('cloudevents.json').map((one) => [one.id, one] as const))(
    '%s has the type, the id, the fields and the headers that it names',
    async (_, one) => {
      const { messages, reply } = await takeIn(createFor(one), toVectorRequest(one));
      const expected = one.expected as JsonObject | undefined;
      const events = messages.flatMap((message) => (message.kind === 'event' ? message.event : []));
      const [first] = events;
      if (expected?.eventType) expect(first?.type).toBe(expected.eventType);
      if (expected?.dedupeId) expect(first?.id).toBe(expected.dedupeId);
      if (expected?.normalized) expect(first?.fields).toMatchObject(expected.normalized as object);
      if (expected?.eventTypes) expect(events.map(({ type }) => type)).toEqual(expected.eventTypes);
      const { headers } = (one.respond ?? {}) as { headers?: JsonObject };
      if (headers) expect(reply?.headers).toEqual(headers);
      for (const event of events) expect(event.verified).toBe(false);
    },
  );
});

describe('an attribute', () => {
  it('becomes a field under its own name, and source and id with a prefix', async () => {
    const { events } = await takeStructured({
      ...EVENT,
      subject: 'x',
      time: '2026-01-02T03:04:05.6+02:00',
      dataschema: 'https://example.com/schema',
      datacontenttype: 'application/json',
      partitionkey: 'p',
      sequence: 7,
      sampled: true,
      unset: null,
      Not_A_Name: 'x',
    });
    expect(events).toMatchObject([
      { id: '/s|a1', type: 't.one', subject: 'x', time: '2026-01-02T01:04:05.600Z', data: {} },
    ]);
    expect(events[0]?.fields).toEqual({
      ce_source: '/s',
      ce_id: 'a1',
      subject: 'x',
      dataschema: 'https://example.com/schema',
      datacontenttype: 'application/json',
      partitionkey: 'p',
      sequence: 7,
      sampled: true,
    });
  });

  it('in a header is percent-decoded once, and freed of quotes', async () => {
    const { events } = await takeBinary({
      'ce-subject': '100%25%20%E2%82%AC%2541',
      'ce-plain': '100% sure %zz',
      'Ce-Quoted': '"a \\"b\\""',
      'ce-data': 'not an attribute',
      'ce-no-name': 'x',
    });
    expect(events[0]?.subject).toBe('100% €%41');
    expect(events[0]?.fields).toMatchObject({ plain: '100% sure %zz', quoted: 'a "b"' });
    expect(Object.keys(events[0]?.fields ?? {})).not.toContain('data');
    expect(Object.keys(events[0]?.fields ?? {})).not.toContain('no-name');
  });

  it.each(['%C0%A0', '%FF', 'a%E2%82', '%ED%A0%80', '%00', '%0A'])(
    'in a header as %s is refused',
    async (value) => {
      expect(await takeBinary({ 'ce-subject': value })).toMatchObject({ status: 400, events: [] });
    },
  );

  it.each(['id', 'source', 'type', 'specversion'])('%s is required', async (name) => {
    for (const value of [undefined, null, '', 5, {}, ['x']]) {
      const event = { ...EVENT, [name]: value } as JsonObject;
      expect((await takeStructured(event)).status, String(value)).toBe(400);
    }
  });

  it('that is too long for a type is cut, and for a subject left out', async () => {
    const long = { type: 't'.repeat(257), subject: 's'.repeat(1025) };
    const { status, events } = await takeStructured({ ...EVENT, ...long });
    expect([status, events[0]?.type]).toEqual([202, 't'.repeat(256)]);
    expect(events[0]).not.toHaveProperty('subject');
  });

  it.each([
    '2026-13-01T00:00:00Z',
    'yesterday',
    '2026-01-01',
    '9999-12-31T23:59:59-23:59',
    '0000-01-01T00:00:00+23:59',
  ])('time as %s gives way to when the event was received', async (time) => {
    const { events } = await takeStructured({ ...EVENT, time });
    expect(events[0]?.time).toBe(events[0]?.receivedAt);
  });
});

describe('the id', () => {
  it('is unique among sources: no two pairs of source and id have one', async () => {
    const pairs = [
      ['a', 'b|c'],
      ['a|b', 'c'],
      ['a', 'x'.repeat(600)],
      ['a'.repeat(600), 'x'],
      ['a', 'x'],
    ] as const;
    const ids = pairs.map(async ([source, id]) => {
      return (await takeStructured({ ...EVENT, source, id })).events[0]?.id;
    });
    expect(new Set(await Promise.all(ids)).size).toBe(pairs.length);
  });
});

describe('the data', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  it.each<[string, JsonObject, JsonObject]>([
    ['an object', { data: { a: 1 } }, { a: 1 }],
    ['a list', { data: [1] }, { value: [1] }],
    ['null', { data: null }, { value: null }],
    ['absent', {}, {}],
    ['a text that is JSON', { data: 'x' }, { value: 'x' }],
    ['a text', { data: 'x', datacontenttype: 'text/plain' }, { text: 'x' }],
    ['bytes', { data_base64: 'AP8=' }, { base64: 'AP8=' }],
    ['bytes of JSON', { data_base64: base64('{"a":1}'), datacontenttype: 'a/b+json' }, { a: 1 }],
    ['bytes of text', { data_base64: base64('x'), datacontenttype: 'text/xml' }, { text: 'x' }],
    ['no bytes', { data_base64: '' }, {}],
  ])('that is %s', async (_, given, data) => {
    const { events } = await takeStructured({ ...EVENT, ...given });
    expect(events[0]?.data).toEqual(data);
  });

  it.each<[string, string, string | Buffer, JsonObject]>([
    ['JSON', 'application/json; charset=utf-8', ' {"a":1}', { a: 1 }],
    ['a JSON text', 'application/json', '"x"', { value: 'x' }],
    ['text', 'text/plain', 'x', { text: 'x' }],
    ['text that is not UTF-8', 'text/plain', Buffer.from([255]), { base64: '/w==' }],
    ['bytes', 'application/octet-stream', Buffer.from([0, 255]), { base64: 'AP8=' }],
    ['of no type', '', 'x', { base64: 'eA==' }],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'a=1&b=2&a=3&__proto__=x',
      JSON.parse('{"a":["1","3"],"b":"2","__proto__":"x"}'),
    ],
  ])('in binary mode that is %s', async (_, type, body, data) => {
    const { events } = await takeBinary({ 'content-type': type }, body);
    expect(JSON.stringify(events[0]?.data)).toBe(JSON.stringify(data));
  });

  it.each<[string, JsonObject]>([
    ['twice', { data: 1, data_base64: 'AA==' }],
    ['no base64', { data_base64: 'a b' }],
    ['no base64 text', { data_base64: 5 }],
    ['no JSON', { data_base64: 'e2E=', datacontenttype: 'application/json' }],
  ])('that is %s is refused', async (_, given) => {
    expect((await takeStructured({ ...EVENT, ...given })).status).toBe(400);
  });
});

describe('a batch', () => {
  const takeBatch = (batch: unknown) =>
    take({ headers: { 'content-type': BATCH }, body: JSON.stringify(batch) });

  it('may be empty', async () => {
    expect(await takeBatch([])).toMatchObject({ status: 202, events: [] });
  });

  it.each([[{}], [[EVENT, { ...EVENT, id: '' }]], [[EVENT, null]], [[EVENT, [EVENT]]], ['x']])(
    'is refused as a whole: %j',
    async (batch) => {
      expect(await takeBatch(batch)).toMatchObject({ status: 400, events: [] });
    },
  );
});

describe('other formats', () => {
  it.each(['application/cloudevents', 'application/cloudevents+xml', 'application/cloudevents-x'])(
    '%s is answered 415',
    async (type) => {
      expect((await take({ headers: { 'content-type': type }, body: '{}' })).status).toBe(415);
    },
  );
});

describe('settings', () => {
  const load = (settings: unknown) =>
    loadSources({ value: { sources: { cloudevents: settings } }, locate: () => 1 }, [cloudevents]);

  it('are not needed: the token is a bearer token then', () => {
    const { sources, faults } = loadSources({ value: {}, locate: () => 1 }, [cloudevents]);
    expect(faults).toEqual([]);
    expect(sources).toMatchObject([{ settings: { auth: { kind: 'bearer' } } }]);
  });

  it('take events from anybody only where they say so twice', () => {
    const { faults } = load({ auth: { kind: 'none' } });
    expect(faults.map(({ message }) => message).join()).toContain('set requireVerification: false');
    expect(load({ auth: { kind: 'none' }, requireVerification: false }).faults).toEqual([]);
    expect(load({ requireVerification: false }).faults).toHaveLength(1);
  });
});

describe('the handshake', () => {
  const ask = (settings: JsonObject, headers: Readonly<Record<string, string>>) =>
    takeIn(
      createSourceOf(cloudevents, { settings, secrets: [SECRET] }),
      createRequest({ method: 'OPTIONS', headers }),
    );
  const origin = { 'webhook-request-origin': 'Sender.example.com' };

  it.each([
    [{}, origin],
    [{ allowedOrigins: ['other.example.com'] }, origin],
    [{ allowedOrigins: ['*'] }, {}],
  ])('is refused with %j', async (settings, headers) => {
    expect((await ask(settings, headers)).status).toBe(400);
  });

  it.each([
    [{ allowedOrigins: ['sender.example.com'] }, undefined, 'Sender.example.com', '*'],
    [{ allowedOrigins: ['*'], allowedRate: 60 }, undefined, '*', '60'],
    [{ allowedOrigins: ['*'], allowedRate: 60 }, '120', '*', '60'],
    [{ allowedOrigins: ['*'], allowedRate: 60 }, '30', '*', '30'],
    [{ allowedOrigins: ['*'], allowedRate: 60 }, '-1', '*', '60'],
    [{ allowedOrigins: ['*'] }, 'x\r\ny', '*', '*'],
  ])('grants with %j, asked for %s, what is allowed', async (settings, asked, allowed, rate) => {
    const headers = asked === undefined ? origin : { ...origin, 'webhook-request-rate': asked };
    const { status, reply } = await ask(settings, headers);
    expect(status).toBe(200);
    expect(reply?.headers).toEqual({
      'WebHook-Allowed-Origin': allowed,
      'WebHook-Allowed-Rate': rate,
      Allow: 'POST',
    });
  });
});

describe('the sample', () => {
  const types = ['com.example.order.created', 'com.example.document.published'];
  it.each(types)('of %s is accepted, each time as another event', async (type) => {
    const create = createCloudEventsSample(type, () => SECRET);
    const source = createSourceOf(cloudevents, { secrets: [SECRET] });
    const all = [create(), create()].map((sample) => takeIn(source, createRequest(sample)));
    const [first, second] = await Promise.all(all);
    expect(first?.messages).toMatchObject([{ event: { type, verified: true } }]);
    expect(first?.reply?.json).not.toEqual(second?.reply?.json);
  });

  it('of another type is answered with the known ones', () => {
    expect(() => createCloudEventsSample('x', () => SECRET)).toThrow(types[0]);
  });
});
