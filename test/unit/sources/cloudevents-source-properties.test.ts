import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { HeddleError } from '../../../shared/heddle/errors/errors.ts';
import { cloudevents } from '../../../shared/heddle/sources/cloudevents/cloudevents.ts';
import { createMutation } from '../../helpers/odd-requests.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'Zx9-Qv7-Kj5-secret';
const OTHER = 'another-secret-that-is-active';
/** Marks input; no message of ours contains it. */
const MARK = 'Wq8Xz';

const open = createSourceOf(cloudevents, {
  settings: { auth: { kind: 'none' }, requireVerification: false },
});
const bearer = createSourceOf(cloudevents, { secrets: [SECRET, OTHER] });
const query = createSourceOf(cloudevents, {
  settings: { auth: { kind: 'query' } },
  secrets: [SECRET, OTHER],
});

async function take({ headers = {}, ...parts }: RequestParts, source = open) {
  const request = createRequest({ ...parts, headers });
  const listed = { get: request.headers.get, keys: () => Object.keys(headers) };
  return takeIn(source, { ...request, headers: listed });
}

/** Texts that need no encoding in a header, since the SDK encodes none. */
const word = fc.stringMatching(/^[!#$&-~][ !#$&-~]{0,18}[!#$&-~]$/).filter((text) => text !== '""');

const data = fc.oneof(
  fc.record({ type: fc.constant('application/json'), data: fc.object().map(toPlain) }),
  fc.record({ type: fc.constant('application/a+json'), data: fc.array(fc.jsonValue()) }),
  fc.record({
    type: fc.constantFrom('text/plain', 'text/xml; charset=utf-8'),
    data: fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed()),
  }),
  fc.record({
    type: fc.constantFrom('application/octet-stream', 'image/png'),
    data: fc.uint8Array({ minLength: 1 }),
  }),
);

function toPlain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

const cloudEvent = fc
  .record({
    id: word,
    source: fc.webPath().map((path) => `/x${path.replaceAll('%', '')}`),
    type: word,
    subject: word,
    partitionkey: word,
    time: fc
      .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    payload: data,
  })
  .map(({ payload, ...attributes }) => {
    return new CloudEvent({ ...attributes, datacontenttype: payload.type, data: payload.data });
  });

describe('what the SDK emits', () => {
  it('is accepted in all three modes, with equal attributes and data', async () => {
    await fc.assert(
      fc.asyncProperty(cloudEvent, async (event) => {
        const structured = HTTP.structured(event);
        const batch = {
          headers: { 'content-type': 'application/cloudevents-batch+json' },
          body: `[${structured.body}]`,
        };
        const seen = [];
        for (const { headers, body } of [structured, HTTP.binary(event), batch]) {
          const bytes = body instanceof Uint8Array ? Buffer.from(body) : String(body);
          const taken = await take({
            headers: headers as Record<string, string>,
            body: bytes,
            receivedAt: 0,
          });
          expect(taken.status).toBe(202);
          seen.push(taken.messages);
        }
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[2]).toEqual(seen[0]);
        expect(seen[0]).toMatchObject([
          {
            event: {
              id: `${event.source}|${event.id}`,
              type: event.type,
              subject: event.subject,
              time: event.time,
              fields: { ce_source: event.source, partitionkey: event.partitionkey },
              data: event.datacontenttype === 'application/json' ? event.data : {},
            },
          },
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

const BODY = JSON.stringify({ specversion: '1.0', id: 'a', source: '/s', type: 't' });
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };

const mutation = createMutation([]);

describe('a token', () => {
  it('is accepted exactly where it is one of the secrets, in 4,000 mutations', async () => {
    const counts = { accepted: 0, refused: 0 };
    const secret = fc.constantFrom(SECRET, OTHER);
    await fc.assert(
      fc.asyncProperty(secret, mutation, fc.boolean(), async (value, mutate, isQuery) => {
        const token = mutate(value);
        const path = `/?${new URLSearchParams({ access_token: token })}`;
        const headers = { ...STRUCTURED, authorization: `Bearer ${token}` };
        const taken = isQuery
          ? await take({ path, headers: STRUCTURED, body: BODY }, query)
          : await take({ headers, body: BODY }, bearer);
        const isRight = token === SECRET || token === OTHER;
        // Spaces before a bearer token do not belong to it.
        const isSpaced = !isQuery && [SECRET, OTHER].includes(token.replace(/^ +/, ''));
        expect(taken.status).toBe(isRight || isSpaced ? 202 : 401);
        counts[taken.status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 4000 },
    );
    expect(counts.accepted).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it.each([
    [{ authorization: `bearer ${SECRET}` }, '/', 202],
    [{ authorization: `Basic ${SECRET}` }, '/', 401],
    [{ authorization: SECRET }, '/', 401],
    [{}, `/?access_token=${SECRET}`, 401],
    [{}, '/', 401],
  ])('in %j at %s is answered as it should where bearer tokens are asked for', async (...args) => {
    const [headers, path, status] = args;
    const parts = { path, headers: { ...STRUCTURED, ...headers }, body: BODY };
    expect((await take(parts as RequestParts, bearer)).status).toBe(status);
  });

  it('that comes twice in the address is none', async () => {
    const path = `/?access_token=${SECRET}&access_token=${SECRET}`;
    expect((await take({ path, headers: STRUCTURED, body: BODY }, query)).status).toBe(401);
  });

  it.each(['', ' ', '\t'])('that is blank (%j) is never a secret', async (blank) => {
    const headers = { ...STRUCTURED, authorization: `Bearer ${blank}` };
    const blankOnly = createSourceOf(cloudevents, { secrets: [blank] });
    const withOther = createSourceOf(cloudevents, { secrets: [blank, SECRET] });
    expect((await take({ headers, body: BODY }, blankOnly)).status).toBe(500);
    expect((await take({ headers, body: BODY }, withOther)).status).toBe(401);
  });
});

const TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
];

const odd = fc.oneof(fc.jsonValue(), fc.string({ minLength: 250, maxLength: 1100 }));

const event = fc.record(
  {
    specversion: fc.oneof({ weight: 9, arbitrary: fc.constant('1.0') }, odd),
    id: fc.oneof(fc.string({ unit: 'binary' }), odd),
    source: fc.oneof(fc.string(), odd),
    type: fc.oneof(fc.string(), odd),
    subject: odd,
    time: fc.oneof(fc.string(), odd),
    datacontenttype: fc.oneof(fc.constantFrom(...TYPES), odd),
    data: odd,
    data_base64: fc.oneof(fc.base64String(), odd),
    ext: odd,
    ['__proto__']: odd,
  },
  { requiredKeys: ['specversion', 'id', 'source', 'type'] },
);

const body = fc
  .oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json(),
    event.map(toText),
    fc.array(event, { maxLength: 3 }).map(toText),
    fc.nat(400).map((depth) => '{"a":'.repeat(depth) + '1'.padEnd(depth + 1, '}')),
    fc.constantFrom('\0', '{"a":"\\u0000"}', '\ufeff{}', '{"__proto__":{"a":1}}'),
  )
  .map((content) => Buffer.from(content));

function toText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

const headers = fc
  .tuple(
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('ce-id', 'ce-source', 'ce-type', 'ce-subject', 'ce-time', 'ce-ext'),
        fc.string().map((name) => `ce-${name}`),
        fc.string(),
      ),
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('%FF', '%41', '"')),
    ),
    fc.constantFrom(...TYPES),
    fc.boolean(),
  )
  .map(([given, type, isWhole]) => {
    const whole = { 'ce-specversion': '1.0', 'ce-id': 'a', 'ce-source': 's', 'ce-type': 't' };
    return { ...(isWhole ? whole : {}), ...given, 'content-type': type };
  });

describe('any input', () => {
  it('is accepted as events that dispatch can read, or refused with 400', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, bytes) => {
        const { status, error } = await take({ headers: given, body: bytes });
        expect([202, 400]).toContain(status);
        if (error) expect(error).toBeInstanceOf(HeddleError);
        counts[status === 202 ? 'accepted' : 'refused']++;
      }),
      { numRuns: 4000 },
    );
    expect(counts.accepted).toBeGreaterThan(100);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('that nests deep is refused, wherever it does', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const type of TYPES.slice(0, 3)) {
      const given = { 'content-type': type, 'ce-specversion': '1.0', 'ce-id': 'a' };
      const all = { ...given, 'ce-source': 's', 'ce-type': 't' };
      expect((await take({ headers: all, body: deep })).status).toBe(400);
    }
    const base64 = Buffer.from(deep).toString('base64');
    const event = { ...JSON.parse(BODY), datacontenttype: 'text/json', data_base64: base64 };
    expect((await take({ headers: STRUCTURED, body: JSON.stringify(event) })).status).toBe(400);
  });
});

describe('what is refused', () => {
  const whole = { 'ce-specversion': '1.0', 'ce-id': 'a', 'ce-source': 's', 'ce-type': 't' };
  it.each<[string, RequestParts]>([
    ['no JSON', { headers: STRUCTURED, body: `{"${MARK}` }],
    ['an odd attribute', { headers: STRUCTURED, body: `{"${MARK.toLowerCase()}":["${MARK}"]}` }],
    ['a bad version', { headers: STRUCTURED, body: `{"specversion":"${MARK}"}` }],
    ['a bad header', { headers: { ...whole, 'ce-subject': `${MARK}%FF` }, body: MARK }],
    ['a bad type', { headers: { 'content-type': `application/cloudevents+${MARK}` }, body: MARK }],
    ['bad base64', { headers: STRUCTURED, body: `${BODY.slice(0, -1)},"data_base64":"${MARK}!"}` }],
    ['an origin', { method: 'OPTIONS', headers: { 'webhook-request-origin': MARK } }],
  ])('is not repeated: %s', async (_, parts) => {
    const { status, error } = await take(parts);
    expect(status).toBeGreaterThanOrEqual(400);
    for (let one: unknown = error; one instanceof Error; one = one.cause) {
      expect(`${one.message} ${JSON.stringify(one)}`).not.toMatch(new RegExp(MARK, 'i'));
    }
  });

  it('is not distinguished: missing, malformed and wrong tokens get one answer', async () => {
    const missing = (await take({ headers: STRUCTURED, body: BODY }, bearer)).error;
    for (const authorization of ['', 'Bearer', 'Bearer x', 'Basic x', `Bearer ${SECRET}x`]) {
      const given = { ...STRUCTURED, authorization };
      expect((await take({ headers: given, body: BODY }, bearer)).error).toEqual(missing);
    }
  });
});
