import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventgrid } from '../../../shared/heddle/sources/eventgrid/eventgrid.ts';
import { createRequest, createSourceOf, type Taken, takeIn } from '../../helpers/sources.ts';

const SECRET = 'a secret that is long enough';
const CODE = `/?code=${encodeURIComponent(SECRET)}`;
const TOPIC = '/subscriptions/s1/resourceGroups/rg';
const ORIGIN = 'eventgrid.azure.net';

function toEvents({ messages }: Taken) {
  return messages.map((message) => {
    if (message.kind !== 'event') throw new Error('ingest sends events');
    return message.event;
  });
}

const createSource = () => createSourceOf(eventgrid, { secrets: [SECRET] });

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(body: unknown, sent: Sent = {}): Promise<Taken> {
  const { path = CODE, method = 'POST' } = sent;
  const headers = { 'content-type': sent.mediaType ?? 'application/json', ...sent.headers };
  const content = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return takeIn(createSource(), createRequest({ method, path, headers, body: content }));
}

const createEvent = (parts: object = {}) => ({
  id: '1',
  topic: TOPIC,
  subject: 'a',
  eventType: 'Example.Made',
  eventTime: '2026-12-01T00:00:00.9584103Z',
  data: {},
  ...parts,
});

const createCloudEvent = (parts: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: TOPIC,
  type: 'Example.Made',
  ...parts,
});

const SINGLE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

describe('a delivery', () => {
  it('has up to 5,000 events, taken in together', async () => {
    const toBatch = (length: number) =>
      Array.from({ length }, (_, id) => createEvent({ id: String(id) }));
    expect((await send(toBatch(5000))).messages).toHaveLength(5000);
    const { status, messages } = await send(toBatch(5001));
    expect([status, messages.length]).toEqual([413, 0]);
  });

  it('of CloudEvents comes alone or as a batch', async () => {
    const [one, two] = [createCloudEvent(), createCloudEvent({ id: '2' })];
    expect((await send(one, { mediaType: SINGLE })).messages).toHaveLength(1);
    expect((await send([one, two], { mediaType: BATCH })).messages).toHaveLength(2);
  });

  it.each<[string, unknown, string?]>([
    ['an object in the Event Grid schema', createEvent()],
    ['an empty batch', [], BATCH],
    ['a list that is not called a batch', [createCloudEvent()], SINGLE],
    ['a CloudEvent of version 0.3', createCloudEvent({ specversion: '0.3' }), SINGLE],
    ['a CloudEvent without source', createCloudEvent({ source: '' }), SINGLE],
    ['a CloudEvent with data twice', createCloudEvent({ data: 1, data_base64: '' }), SINGLE],
    ['an event without id', [createEvent({ id: undefined })]],
    ['an event with a number for an id', [createEvent({ id: 1 })]],
    ['an event without type', [createEvent({ eventType: null })]],
    ['an event with a blank type', [createEvent({ eventType: ' ' })]],
    ['a null among events', [createEvent(), null]],
    ['what nests too deep', `${'['.repeat(9000)}${']'.repeat(9000)}`],
    ['what is not UTF-8', Buffer.from([0x5b, 0xff, 0x5d])],
  ])('of %s is refused', async (_, body, mediaType = 'application/json') => {
    const { status, messages } = await send(body, { mediaType });
    expect([status, messages.length]).toEqual([400, 0]);
  });

  it('of another media type is refused', async () => {
    expect((await send('[]', { mediaType: 'text/plain' })).status).toBe(415);
  });

  it('too large is refused', async () => {
    expect((await send(Buffer.alloc(2 * 1024 * 1024 + 1, ' '))).status).toBe(413);
  });

  it('that is refused is not repeated in what refuses it', async () => {
    for (const body of ['["Wq8Xz"', '"Wq8Xz"', '[{"id":"Wq8Xz"}]', '{"Wq8Xz":1}']) {
      const { error } = await send(body);
      expect(`${error?.stack} ${error?.cause}`).not.toContain('Wq8Xz');
    }
  });
});

describe('an event', () => {
  const toEvent = async (event: object, mediaType?: string) => {
    const body = mediaType ? event : [event];
    const [made] = toEvents(await send(body, mediaType ? { mediaType } : {}));
    if (!made) throw new Error('the event is not taken in');
    return made;
  };

  it.each<[unknown, object]>([
    [{ a: 1 }, { a: 1 }],
    ['a', { text: 'a' }],
    [[1], { value: [1] }],
    [null, { value: null }],
    [undefined, {}],
  ])('with data %j', async (data, expected) => {
    expect((await toEvent(createEvent({ data }))).data).toEqual(expected);
    expect((await toEvent(createCloudEvent({ data }), SINGLE)).data).toEqual(expected);
  });

  it('with bytes has them in base64', async () => {
    const event = await toEvent(createCloudEvent({ data_base64: 'AA==' }), SINGLE);
    expect(event.data).toEqual({ base64: 'AA==' });
  });

  it('has an id of its own for every source and id', async () => {
    const pairs = [
      ['a|b', 'c'],
      ['a', 'b|c'],
      ['x'.repeat(600), 'c'],
      ['x'.repeat(601), 'c'],
    ];
    const ids = await Promise.all(
      pairs.map(
        async ([source, id]) => (await toEvent(createCloudEvent({ source, id }), SINGLE)).id,
      ),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('without a time or with a subject too long has neither', async () => {
    const event = await toEvent(createEvent({ subject: 'x'.repeat(1025), eventTime: 'soon' }));
    expect(event).not.toHaveProperty('subject');
    expect(event.time).toBe(event.receivedAt);
  });

  it('of Storage has its container and blob', async () => {
    const subject = '/blobServices/default/containers/$web/blobs/containers/a/blobs/b\nc';
    const data = {
      url: 'https://x',
      contentLength: 1,
      eTag: '"0x1"',
      api: 'PutBlob',
      sequencer: '1',
      contentType: null,
    };
    const event = createEvent({ eventType: 'Microsoft.Storage.BlobCreated', subject, data });
    expect((await toEvent(event)).fields).toEqual({
      topic: TOPIC,
      container: '$web',
      blob: 'containers/a/blobs/b\nc',
      url: 'https://x',
      size: 1,
      e_tag: '"0x1"',
      api: 'PutBlob',
      sequencer: '1',
    });
  });

  it('with odd or missing values is taken in or refused for its form, never with another error', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.string({ unit: 'binary' }));
    const names = ['id', 'eventType', 'type', 'subject', 'eventTime', 'time', 'topic', 'source'];
    const changed = fc.dictionary(
      fc.constantFrom(...names, 'data', 'data_base64', 'specversion', '__proto__'),
      value,
      { maxKeys: 2 },
    );
    const storage = { eventType: 'Microsoft.Storage.BlobCreated', type: 'Microsoft.Storage.X' };
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(changed, fc.boolean(), async (parts, isCloudEvent) => {
        const event = {
          ...(isCloudEvent ? createCloudEvent() : createEvent()),
          ...storage,
          ...parts,
        };
        const sent = isCloudEvent ? { mediaType: SINGLE } : {};
        const { status } = await send(isCloudEvent ? event : [event], sent);
        expect([202, 400]).toContain(status);
        accepted += status === 202 ? 1 : 0;
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('any input', () => {
  it('is answered, or refused with an error that a source may throw', async () => {
    const headers = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'content-type',
          'aeg-event-type',
          'webhook-request-origin',
          'webhook-request-rate',
        ),
        fc.string(),
      ),
      fc.oneof(fc.constantFrom('application/json', SINGLE, BATCH, ORIGIN), fc.string()),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json(),
      fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc.nat(9000).map((depth) => '[{"data":'.repeat(depth)),
      fc.nat(9000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
      fc.constantFrom('[{"__proto__":{"id":"1","eventType":"x"}}]', '\0', '[{}]'),
    );
    const path = fc.oneof(
      fc.constant(CODE),
      fc.webQueryParameters().map((query) => `/?${query}`),
    );
    const method = fc.constantFrom('POST', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(headers, body, path, method, async (given, bytes, where, how) => {
        const mediaType = 'application/json';
        const sent = { headers: given, path: where, method: how, mediaType };
        const { status } = await send(Buffer.from(bytes), sent);
        expect([200, 400, 401, 415]).toContain(status);
      }),
      { numRuns: 2000 },
    );
  });
});
