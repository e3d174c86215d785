import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCustomSample } from '../../../shared/heddle/cli/samples/custom.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createCustomKind, custom } from '../../../shared/heddle/sources/custom/custom.ts';
import { createRequest, createSourceOf, type RequestParts, takeIn } from '../../helpers/sources.ts';

const SECRET = 'generic-secret';
const HMAC = { kind: 'hmac', header: 'X-Sig' };

/** Signs and sends any request. */
function send({ body = '{}', headers = {}, ...rest }: RequestParts, settings: JsonObject = {}) {
  const source = createSourceOf(custom, {
    settings: { auth: HMAC, ...settings },
    secrets: [SECRET],
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return takeIn(
    source,
    createRequest({ ...rest, body, headers: { 'x-sig': signature, ...headers } }),
  );
}

async function takeEvent(parts: RequestParts, settings?: JsonObject) {
  const [message] = (await send(parts, settings)).messages;
  if (message?.kind !== 'event') throw new Error('ingest sends events');
  return message.event;
}

const _NOW = 1_796_083_200_000;

const AUTHS: readonly JsonObject[] = [
  HMAC,
  { ...HMAC, encoding: 'base64', prefix: 'v1=', timestampHeader: 'X-T' },
  { kind: 'bearer' },
  { kind: 'basic', username: 'u' },
  { kind: 'apiKey', in: 'header', name: 'X-Key' },
  { kind: 'apiKey', in: 'query', name: 'key' },
  { kind: 'ipAllowList', allow: ['203.0.113.0/24'] },
  { kind: 'mtls', allowedThumbprints: ['ab'.repeat(32)] },
  { kind: 'custom' },
];
const NAMES = ['x-sig', 'x-t', 'authorization', 'x-key', 'x-forwarded-for', 'x-arr-clientcert'];
const TYPES = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'image/png',
  '',
];
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json(),
  fc.webQueryParameters(),
  fc.nat(400).map((depth) => '{"__proto__":'.repeat(depth) + '0'.padEnd(depth + 1, '}')),
);
const anyHeaders = fc.dictionary(
  fc.constantFrom(...NAMES, 'content-type', 'webhook-id'),
  fc.string(),
);

describe('any request', () => {
  it('that is not proven is refused', async () => {
    const sources = AUTHS.map((auth) =>
      createSourceOf(createCustomKind({ custom: { verifySignature: () => false } }), {
        settings: { auth },
        secrets: [SECRET],
      }),
    );
    const path = fc.webQueryParameters().map((query) => `/?${query}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        anyHeaders,
        anyBody,
        path,
        async (source, headers, body, to) => {
          const { status } = await takeIn(source, createRequest({ headers, body, path: to }));
          expect([401, 403]).toContain(status);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('that is signed is taken or answered 400, and changed afterwards is refused', async () => {
    const settings = fc.constantFrom<JsonObject>(
      {},
      { idPath: 'id', typePath: 'a' },
      { typeHeader: 'x-t' },
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        anyHeaders,
        fc.constantFrom(...TYPES),
        anyBody,
        settings,
        async (given, type, body, more) => {
          const { 'x-sig': forged = '', ...others } = given;
          const headers = { ...others, 'content-type': type };
          const { status, messages } = await send({ headers, body }, more);
          expect([202, 400]).toContain(status);
          taken += messages.length;
          expect(
            (await send({ headers: { ...headers, 'x-sig': forged }, body }, more)).status,
          ).toBe(401);
        },
      ),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});

describe('the example delivery', () => {
  it('is taken by the source that it is for', async () => {
    const next = createCustomSample('received', () => SECRET);
    const settings = { auth: { kind: 'hmac', header: 'X-Signature' } };
    const first = await takeEvent(next(), settings);
    expect(first).toMatchObject({ type: 'received', verified: true });
    expect((await takeEvent(next(), settings)).id).not.toBe(first.id);
    expect(() => createCustomSample('x', () => SECRET)).toThrow('Known types: received');
  });
});
