import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import type { Source } from '../../../shared/heddle/sources/source.ts';
import { webpubsub } from '../../../shared/heddle/sources/webpubsub/webpubsub.ts';
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

const KEY = 'Zx9-Qv7-Kj5-primary';
const KEY_2 = 'Zx9-Qv7-Kj5-secondary';
const ORIGIN = 'my.webpubsub.azure.com';

const create = (settings: JsonObject = {}, secrets: readonly string[] = [KEY, KEY_2]) =>
  createSourceOf(webpubsub, {
    settings: { allowedOrigins: [ORIGIN], ...settings },
    secrets,
    env: { CODE: 'the-code', BLANK: ' ' },
  });

/** Picks the settings: the vectors' `config` also has a note on unique ids. */
function createFor({ config, secrets }: VectorCase): Source {
  const { hub, allowedOrigins } = config as JsonObject & { hub: string; allowedOrigins: string[] };
  return create({ hub, allowedOrigins }, secrets);
}

describeVectors('webpubsub.json', createFor);

describe('the vectors', () => {
  it.each(readVectors('webpubsub.json').map((one) => [one.id, one] as const))(
    '%s has the type, the id and the headers that it names',
    async (_, one) => {
      const { messages, reply } = await takeIn(createFor(one), toVectorRequest(one));
      for (const message of messages) {
        if (message.kind !== 'event') throw new Error('ingest sends events');
        const { type, id, fields } = message.event;
        const { eventType, dedupeId = 'ce-id-1' } = one.expected ?? {};
        if (eventType) expect(`webpubsub.${type}`).toBe(eventType);
        expect(id).toBe(`${fields.connection_id}|${dedupeId}`);
        expect(reply).toEqual({ status: 204 });
      }
      const { headers } = (one.respond ?? {}) as { headers?: JsonObject };
      if (headers) expect(reply?.headers).toMatchObject(headers);
    },
  );

  it('have as binary data what is no text', async () => {
    const one = readVectors('webpubsub.json').find(({ id }) => id === 'webpubsub-08');
    if (!one) throw new Error('the binary vector is missing');
    const { messages } = await takeIn(createFor(one), toVectorRequest(one));
    expect(messages).toMatchObject([
      { event: { type: 'user.message', data: { base64: 'AP8B/g==' } } },
    ]);
  });
});

const sign = (key: string, connectionId: string) =>
  `sha256=${createHmac('sha256', key).update(connectionId).digest('hex')}`;

function createParts({ headers = {}, ...parts }: RequestParts = {}, key = KEY): RequestParts {
  const connectionId = headers['ce-connectionid'] ?? 'c1';
  return {
    body: '{}',
    ...parts,
    headers: {
      'webhook-request-origin': ORIGIN,
      'content-type': 'application/json; charset=utf-8',
      'ce-type': 'azure.webpubsub.sys.connected',
      'ce-id': '1',
      'ce-connectionid': connectionId,
      'ce-hub': 'Chat',
      'ce-signature': sign(key, connectionId),
      ...headers,
    },
  };
}

const take = (source: Source, parts: RequestParts = {}, key = KEY) =>
  takeIn(source, createRequest(createParts(parts, key)));

describe('an event', () => {
  it('has the headers of the service as fields', async () => {
    const headers = {
      'ce-type': 'azure.webpubsub.sys.disconnected',
      'ce-time': '2026-01-02T03:04:05Z',
      'ce-userid': 'ada',
      'ce-eventname': 'disconnected',
      'ce-subprotocol': 'json.webpubsub.azure.v1',
      'ce-connectionstate': 'eyJuIjoxfQ==',
    };
    const { messages } = await take(create(), { headers, body: '{"reason":"bye"}' });
    expect(messages).toMatchObject([
      {
        event: {
          id: 'c1|1',
          type: 'sys.disconnected',
          subject: 'c1',
          time: '2026-01-02T03:04:05.000Z',
          verified: true,
        },
      },
    ]);
    expect(messages[0]).toHaveProperty('event.fields', {
      hub: 'Chat',
      connection_id: 'c1',
      user_id: 'ada',
      event_name: 'disconnected',
      subprotocol: 'json.webpubsub.azure.v1',
      connection_state: 'eyJuIjoxfQ==',
      reason: 'bye',
    });
  });

  it.each([
    ['text/plain', 'hi', { text: 'hi' }],
    ['application/json', '[1]', { value: [1] }],
    ['application/octet-stream', 'hi', { base64: 'aGk=' }],
    ['application/json', '', {}],
  ])('of a user has data of type %s', async (type, body, data) => {
    const headers = { 'content-type': type, 'ce-type': 'azure.webpubsub.user.chat.line' };
    const { messages } = await take(create(), { headers, body });
    expect(messages).toMatchObject([{ event: { type: 'user.chat.line', data } }]);
  });

  it.each([
    ['ce-type', 'azure.webpubsub.user.'],
    ['ce-type', 'azure.webpubsub.other.x'],
    ['ce-type', ''],
    ['ce-id', ''],
    ['ce-id', ' '],
  ])('is refused with %s %j', async (name, value) => {
    expect((await take(create(), { headers: { [name]: value } })).status).toBe(400);
  });

  it('of a hub in another case is taken, of no hub only where none is configured', async () => {
    expect((await take(create({ hub: 'CHAT' }))).status).toBe(204);
    expect((await take(create({ hub: 'chat' }), { headers: { 'ce-hub': '' } })).status).toBe(404);
    expect((await take(create(), { headers: { 'ce-hub': '' } })).status).toBe(204);
  });
});

describe('a request', () => {
  it('needs the code in its address where one is configured', async () => {
    const statuses = async (path: string, code: string) =>
      (await take(create({ code }), { path })).status;
    expect(await statuses('/?code=the-code', 'CODE')).toBe(204);
    expect(await statuses('/?code=the-code&code=the-code', 'CODE')).toBe(401);
    expect(await statuses('/?code=other', 'CODE')).toBe(401);
    expect(await statuses('/', 'CODE')).toBe(401);
    expect(await statuses('/?code=', 'BLANK')).toBe(500);
    expect(await statuses('/?code=%20', 'BLANK')).toBe(500);
  });

  it('with the right code still needs a signature', async () => {
    const parts = { path: '/?code=the-code', headers: { 'ce-signature': '' } };
    expect((await take(create({ code: 'CODE' }), parts)).status).toBe(401);
  });

  it('needs an origin that is allowed', async () => {
    const headers = { 'webhook-request-origin': '' };
    expect((await take(create(), { headers })).status).toBe(401);
    expect((await take(create({ allowedOrigins: ['*'] }), { headers })).status).toBe(204);
    expect((await take(create({ allowedOrigins: [ORIGIN.toUpperCase()] }))).status).toBe(204);
  });

  it('is accepted by either key, by no other, and by none that is blank', async () => {
    expect((await take(create(), {}, KEY_2)).status).toBe(204);
    expect((await take(create(), {}, 'other')).status).toBe(401);
    expect((await take(create({}, ['', ' ']), {}, ' ')).status).toBe(500);
    expect((await take(create({}, [' ', KEY]), {}, ' ')).status).toBe(401);
  });

  it("without a connection is nobody's, though the empty text can be signed", async () => {
    const headers = { 'ce-connectionid': '', 'ce-signature': sign(KEY, '') };
    expect((await take(create(), { headers })).status).toBe(401);
  });
});

describe('settings', () => {
  const load = (sources: unknown) =>
    loadSources({ value: { sources }, locate: () => 1 }, [webpubsub]);

  it('are those of the deployment by default; what is written has to be right', () => {
    expect(load({}).sources).toMatchObject([{ name: 'webpubsub', settings: {} }]);
    expect(load({ webpubsub: {} }).faults).toEqual([]);
    expect(load({ webpubsub: { allowedOrigins: [] } }).faults).toHaveLength(1);
    expect(load({ webpubsub: { allowedOrigins: 'x' } }).faults[0]?.message).toContain(
      'host names of Web PubSub',
    );
    expect(load({ webpubsub: { allowedOrigins: ['*'] } }).faults).toEqual([]);
  });

  it('without allowed origins let nobody in, however a request is signed', async () => {
    const source = createSourceOf(webpubsub, { secrets: [KEY] });
    expect((await take(source)).status).toBe(500);
    expect((await take(source, { headers: { 'webhook-request-origin': '' } })).status).toBe(500);
    const asks = createRequest({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': ORIGIN },
    });
    expect((await takeIn(source, asks)).status).toBe(400);
    expect(source.missing).toEqual([expect.stringContaining('allowedOrigins')]);
  });
});

describe('a signature', () => {
  it('is accepted exactly where one of the list is right, in 3,000 mutations', async () => {
    const source = create();
    const counts = { accepted: 0, refused: 0 };
    const right = [sign(KEY, 'c1'), sign(KEY_2, 'c1')];
    const item = fc.oneof(
      fc.constantFrom(...right),
      fc.constantFrom(...right, sign('x', 'c1'), sign(KEY, 'c2')).map((one) => `${one}00`),
      fc.constantFrom(...right).map((one) => one.slice('sha256='.length)),
      fc
        .tuple(fc.constantFrom(...right), fc.nat(70), fc.string({ maxLength: 2 }))
        .map(([one, at, added]) => one.slice(0, at) + added + one.slice(at + 1)),
      fc.constantFrom('', 'sha256=', sign('x', 'c1'), sign(KEY, 'c2')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 3 }), async (items) => {
        const list = items.join(',');
        const { status } = await take(source, { headers: { 'ce-signature': list } });
        // Hex is the same in either case.
        const found = list.split(',').map((one) => {
          const [name, hex = ''] = one.trim().split(/(?<==)/);
          return `${name}${hex.toLowerCase()}`;
        });
        expect(status).toBe(found.some((one) => right.includes(one)) ? 204 : 401);
        counts[status === 204 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 3000 },
    );
    expect(counts.accepted).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(100);
  });
});

describe('any input', () => {
  const HEADERS = Object.keys(createParts().headers ?? {}).concat('ce-time', 'ce-userid');
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('azure.webpubsub.user.x', 'azure.webpubsub.sys.connect', 'x'.repeat(1100)),
    fc.constantFrom('text/plain', 'application/json', 'application/octet-stream'),
  );
  const headers = fc.dictionary(fc.oneof(fc.constantFrom(...HEADERS), fc.string()), text);
  const body = fc
    .oneof(
      fc.uint8Array(),
      fc.json(),
      fc.object().map((value) => JSON.stringify(value)),
      fc.nat(400).map((depth) => '{"a":'.repeat(depth) + '1'.padEnd(depth + 1, '}')),
      fc.constantFrom('{"__proto__":{"a":1}}', '\0', '{"reason":{"a":[null]}}'),
    )
    .map((content) => Buffer.from(content));

  it('is refused unsigned, and signed becomes what dispatch can read or is refused', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, bytes) => {
        const unsigned = createRequest({ headers: given, body: bytes });
        expect((await takeIn(create(), unsigned)).status).toBe(401);
        const { 'ce-signature': _, ...rest } = given;
        const source = create({ allowedOrigins: ['*'] });
        const { status } = await take(source, { headers: rest, body: bytes });
        expect(rest['ce-connectionid'] === '' ? [401] : [204, 400]).toContain(status);
        counts[status === 204 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 2000 },
    );
    expect(counts.accepted).toBeGreaterThan(100);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('that is refused is not repeated', async () => {
    const MARK = 'Wq8Xz';
    // The body would be data with another content type.
    for (const name of HEADERS.filter((header) => header !== 'content-type')) {
      const headers = { [name]: `${MARK} ` };
      const { error } = await take(create({ hub: 'chat' }), { headers, body: `{"${MARK}` });
      expect(error).toBeInstanceOf(Error);
      expect(`${error?.message} ${JSON.stringify(error)} ${error?.cause}`).not.toContain(MARK);
    }
  });
});
