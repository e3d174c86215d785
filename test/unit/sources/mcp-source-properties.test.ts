import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { mcp } from '../../../shared/heddle/sources/mcp/mcp.ts';
import { createRequest, createSourceOf, takeIn } from '../../helpers/sources.ts';

const SECRET = `whsec_${Buffer.from('the secret of the first one').toString('base64')}`;
const MARK = 'Wq8Xz';

const source = createSourceOf(mcp, {
  settings: { subscriptions: { sub_1: { secret: 'ONE', name: 'incident.created' } } },
  env: { ONE: SECRET },
});

type Given = Readonly<Record<string, string>>;

/** Takes in a server's post, signed by the library of Standard Webhooks. */
function take(body: string, headers: Given = {}) {
  const receivedAt = Date.now();
  const all = {
    'content-type': 'application/json',
    'x-mcp-subscription-id': 'sub_1',
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(receivedAt / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('evt_1', new Date(receivedAt), body),
    ...headers,
  };
  return takeIn(source, createRequest({ headers: all, body, receivedAt }));
}

describe('a signature', () => {
  it('is accepted only where the library accepts it, in 3,000 mutations', async () => {
    const counts = { accepted: 0, refused: 0 };
    const keep = (text: string) => text;
    const mutation = fc.oneof(
      { weight: 3, arbitrary: fc.constant(keep) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), fc.string({ maxLength: 2 }))
          .map(([place, removed, added]) => (text: string) => {
            const at = Math.floor(place * text.length);
            return text.slice(0, at) + added + text.slice(at + removed);
          }),
      },
    );
    const mutations = fc.tuple(mutation, mutation, mutation, mutation);
    // The library reads the clock itself, so the signature needs the present time.
    const receivedAt = Date.now();
    const text = JSON.stringify({ type: 'gap', cursor: 'c' });
    const signed = new Webhook(SECRET).sign('msg_1', new Date(receivedAt), text);
    await fc.assert(
      fc.asyncProperty(mutations, async ([onBody, onId, onTime, onSignature]) => {
        const body = onBody(text);
        const headers = {
          'webhook-id': onId('msg_1'),
          'webhook-timestamp': onTime(String(Math.floor(receivedAt / 1000))),
          'webhook-signature': onSignature(signed),
        };
        const fixed = { 'content-type': 'application/json', 'x-mcp-subscription-id': 'sub_1' };
        const request = createRequest({ headers: { ...headers, ...fixed }, body, receivedAt });
        const { status } = await takeIn(source, request);
        if (status !== 401) expect(() => new Webhook(SECRET).verify(body, headers)).not.toThrow();
        counts[status === 401 ? 'refused' : 'accepted']++;
      }),
      { numRuns: 3000 },
    );
    expect(counts.accepted).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(1000);
  });
});

describe('any input', () => {
  const odd = fc.jsonValue();
  const payload = fc.record(
    {
      eventId: fc.oneof({ weight: 3, arbitrary: fc.constant('evt_1') }, odd),
      type: fc.oneof(fc.constantFrom('gap', 'terminated', 'verification'), odd),
      name: fc.oneof(fc.string(), odd),
      timestamp: fc.oneof(fc.string(), odd),
      data: odd,
      cursor: odd,
      error: fc.oneof(odd, fc.record({ code: odd, message: odd })),
      challenge: fc.oneof(fc.string(), odd),
      ['__proto__']: odd,
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    payload.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.constantFrom('\0', '{"__proto__":{"a":1}}'),
  );
  const headers = fc.dictionary(
    fc.oneof(fc.constantFrom('webhook-id', 'x-mcp-subscription-id', 'content-type'), fc.string()),
    fc.oneof(fc.string(), fc.constantFrom('sub_1', 'application/json')),
  );

  it('that is signed becomes what dispatch can read, or is refused', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const { status } = await take(text);
        expect([200, 202, 400]).toContain(status);
        counts[status === 400 ? 'refused' : 'accepted']++;
      }),
      { numRuns: 2000 },
    );
    expect(counts.accepted).toBeGreaterThan(200);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('that is not signed is refused', async () => {
    await fc.assert(
      fc.asyncProperty(headers, fc.uint8Array(), async (given, bytes) => {
        const request = createRequest({ headers: given, body: Buffer.from(bytes) });
        expect([400, 401, 415, 503]).toContain((await takeIn(source, request)).status);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, string, Given?]>([
    ['no JSON', `{"${MARK}`],
    ['another id', `{"eventId":"${MARK}"}`],
    ['an unknown kind', `{"type":"${MARK}"}`],
    ['an unknown subscription', '{}', { 'x-mcp-subscription-id': MARK }],
    ['a wrong signature', '{}', { 'webhook-signature': `v1,${MARK}` }],
  ])('that is refused is not repeated: %s', async (_, body, headers) => {
    const { error } = await take(body, headers);
    expect(error).toBeInstanceOf(Error);
    expect(`${error?.message} ${JSON.stringify(error)} ${error?.cause}`).not.toContain(MARK);
  });
});
