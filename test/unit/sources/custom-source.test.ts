import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { custom } from '../../../shared/heddle/sources/custom/custom.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import {
  createRequest,
  createSourceOf,
  describeVectors,
  type RequestParts,
  takeIn,
  type VectorCase,
} from '../../helpers/sources.ts';

const SECRET = 'generic-secret';
const HMAC = { kind: 'hmac', header: 'X-Sig' };

/** Translates the vectors' own names of settings. */
describeVectors('generic.json', ({ secrets, config = {} }: VectorCase) => {
  const { password, toleranceSec, allowedThumbprintsSha256, allowedSubjectCN, caPem, ...auth } =
    config.auth as JsonObject;
  const named = {
    toleranceSeconds: toleranceSec,
    allowedThumbprints: allowedThumbprintsSha256,
    allowedSubject: allowedSubjectCN,
    ca: caPem,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return createSourceOf(custom, {
    settings: { auth: { ...auth, ...Object.fromEntries(given) } as JsonObject },
    secrets: password === undefined ? secrets : [String(password)],
  });
});

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

describe('a body', () => {
  it('that is a form has at most a thousand fields', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = (fields: number) =>
      Array.from({ length: fields }, (_, at) => `f${at}=1`).join('&');
    expect((await send({ headers, body: form(1000) })).status).toBe(202);
    expect((await send({ headers, body: form(1001) })).status).toBe(400);
  });

  it.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/vnd.acme+json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['application/json', '[1]', { value: [1] }],
    ['application/json', 'null', { value: null }],
    ['application/json', '"x"', { value: 'x' }],
    ['application/json', Buffer.from([0, 255]), { base64: 'AP8=' }],
    ['application/json', '', {}],
    ['application/x-www-form-urlencoded', 'a=1&b=%C3%BC&a=2', { a: ['1', '2'], b: 'ü' }],
    ['application/x-www-form-urlencoded', '__proto__=1', JSON.parse('{"__proto__":"1"}')],
    ['text/plain', '{"a":1}', { text: '{"a":1}' }],
    ['text/plain; charset=latin1', Buffer.from([0xfc]), { base64: '/A==' }],
    ['application/xml', '<a/>', { text: '<a/>' }],
    ['image/png', 'abc', { base64: 'YWJj' }],
    ['', '{"a":1}', { a: 1 }],
    ['', 'hello', { text: 'hello' }],
    ['', Buffer.from([0, 255]), { base64: 'AP8=' }],
  ])('of type %j, %j, becomes an object', async (type, body, data) => {
    expect((await takeEvent({ body, headers: { 'content-type': type } })).data).toEqual(data);
  });

  it.each([
    ['application/json', '{"a"'],
    ['application/json', `${'['.repeat(201)}${']'.repeat(201)}`],
    ['', `${'['.repeat(201)}${']'.repeat(201)}`],
    ['application/x-www-form-urlencoded', 'a=%FF'],
  ])('that is not what it says (%j) is answered 400', async (type, body) => {
    expect((await send({ body, headers: { 'content-type': type } })).status).toBe(400);
  });
});

describe("an event's id", () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;
  const DIGEST = /^sha256:[0-9a-f]{64}$/;

  it.each([
    [{ idHeader: 'X-Id' }, { 'x-id': 'h-1', 'webhook-id': 'w-1' }, 'h-1'],
    [{ idPath: 'order.id' }, { 'webhook-id': 'w-1' }, 'p-1'],
    [{ idPath: 'order.number' }, {}, '7'],
    [{}, { 'webhook-id': 'w-1', 'idempotency-key': 'i-1' }, 'w-1'],
    [{}, { 'idempotency-key': 'i-1' }, 'i-1'],
    [{}, { 'x-request-id': 'r-1' }, UUID],
    [{}, { 'webhook-id': 'x'.repeat(513) }, DIGEST],
    [{ idPath: 'order.odd' }, {}, DIGEST],
    [{ idPath: 'order.spaced' }, {}, 'a b/[c]?#'],
    [{}, {}, UUID],
  ])('with %j and %j is %s', async (settings, headers, id) => {
    const body = '{"order":{"id":"p-1","number":7,"odd":"\\ud800","spaced":"a b/[c]?#"}}';
    expect((await takeEvent({ body, headers }, settings)).id).toEqual(
      typeof id === 'string' ? id : expect.stringMatching(id),
    );
  });

  it('is a hash of the body where that is configured, and only there', async () => {
    const { id } = await takeEvent({ body: 'x' }, { idFrom: 'body-hash' });
    expect(id).toBe(createHash('sha256').update('x').digest('hex'));
    expect((await takeEvent({})).id).not.toBe((await takeEvent({})).id);
  });

  it.each([
    [{ idHeader: 'X-Id' }, '{}'],
    [{ idPath: 'id' }, '{}'],
    [{ idPath: 'id' }, '{"id":{}}'],
    [{ idPath: 'id' }, '{"id":""}'],
    [{ idPath: 'id' }, '{"id":" "}'],
    [{ idPath: 'id.__proto__.x' }, '{"id":{}}'],
    [{ idPath: 'toString' }, '{}'],
  ])('that is not where %j says, in %s, is answered 400', async (settings, body) => {
    expect(await send({ body }, settings)).toMatchObject({
      status: 400,
      error: { code: 'id_missing' },
    });
  });
});

describe("an event's type", () => {
  it.each([
    [{}, 'received'],
    [{ typeHeader: 'X-Type' }, 'order.created'],
    [{ typePath: 'meta.type' }, 'order.paid'],
    [{ typePath: 'meta.odd' }, 'a b*'],
    [{ typePath: 'meta.number' }, '7'],
    [{ typePath: 'meta.blank' }, 'received'],
    [{ typePath: 'meta.none' }, 'received'],
  ])('with %j is %s', async (settings, type) => {
    const body = '{"meta":{"type":"order.paid","odd":"a b*","number":7,"blank":" "}}';
    const headers = { 'x-type': 'order.created' };
    expect((await takeEvent({ body, headers }, settings)).type).toBe(type);
  });
});

describe('settings', () => {
  const toFaults = (settings: object) => {
    const yaml = JSON.stringify({ sources: { orders: { kind: 'custom', ...settings } } });
    return loadSources(readYaml(yaml), [custom]).faults.map(({ message }) => message);
  };

  it.each([
    [{ auth: { kind: 'none' } }, 'set requireVerification: false'],
    [{ auth: HMAC, requireVerification: false }, 'goes with auth kind none alone'],
    [{}, 'auth'],
    [{ auth: { kind: 'magic' } }, 'auth.kind'],
    [{ auth: { kind: 'hmac' } }, 'auth.header'],
    [{ auth: { ...HMAC, algorithm: 'md5' } }, 'auth.algorithm'],
    [{ auth: { ...HMAC, template: 'x' } }, 'expected {body} once'],
    [{ auth: { ...HMAC, template: '{body}{body}' } }, 'expected {body} once'],
    [{ auth: { ...HMAC, template: '{timestamp}.{body}' } }, 'expected a timestampHeader'],
    [
      { auth: { ...HMAC, timestampHeader: 'X-T', template: '{body}' } },
      'expected {timestamp} once',
    ],
    [{ auth: { ...HMAC, template: '{id}.{body}' } }, '{id} is unknown'],
    [{ auth: { kind: 'basic', username: 'a:b' } }, 'auth.username'],
    [{ auth: { kind: 'ipAllowList', allow: ['1.2.3'] } }, 'no CIDR range'],
    [{ auth: HMAC, idHeader: 'X', idPath: 'x' }, 'expected one of idHeader'],
    [{ auth: HMAC, typeHeader: 'X', typePath: 'x' }, 'expected one of typeHeader'],
    [{ auth: HMAC, idPath: 'a..b' }, 'idPath'],
  ])('%j are a fault', (settings, message) => {
    expect(toFaults(settings).join('\n')).toContain(message);
  });

  it('that ask for no verification take what anybody sends, as not verified', async () => {
    const settings = { auth: { kind: 'none' }, requireVerification: false };
    expect(toFaults(settings)).toEqual([]);
    expect(await takeEvent({ headers: { 'x-sig': '' } }, settings)).toMatchObject({
      verified: false,
    });
    expect(await takeEvent({})).toMatchObject({ verified: true });
  });

  it('are needed: no source is there by itself', () => {
    expect(loadSources(readYaml('{}'), [custom]).sources).toEqual([]);
  });
});

const NOW = 1_796_083_200_000;
const STAMP = String(NOW / 1000);
const sign = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex');
const basic = (secret: string) => `Basic ${Buffer.from(`u:${secret}`).toString('base64')}`;

describe('secrets', () => {
  it.each<[string, JsonObject, (secret: string) => RequestParts]>([
    ['hmac', HMAC, (secret) => ({ headers: { 'x-sig': sign(secret, '{}') } })],
    [
      'hmac with a timestamp',
      { ...HMAC, timestampHeader: 'X-T' },
      (secret) => ({ headers: { 'x-t': STAMP, 'x-sig': sign(secret, `${STAMP}.{}`) } }),
    ],
    [
      'bearer',
      { kind: 'bearer' },
      (secret) => ({ headers: { authorization: `Bearer ${secret}` } }),
    ],
    [
      'basic',
      { kind: 'basic', username: 'u' },
      (secret) => ({ headers: { authorization: basic(secret) } }),
    ],
    [
      'a key in a header',
      { kind: 'apiKey', in: 'header', name: 'X-Key' },
      (secret) => ({ headers: { 'x-key': secret } }),
    ],
    [
      'a key in the query',
      { kind: 'apiKey', in: 'query', name: 'key' },
      (secret) => ({ path: `/?key=${secret}` }),
    ],
  ])('for %s are two while one replaces the other, and never blank', async (_, auth, toParts) => {
    const statusOf = async (secrets: readonly string[], secret: string) => {
      const source = createSourceOf(custom, { settings: { auth }, secrets });
      const request = createRequest({ body: '{}', receivedAt: NOW, ...toParts(secret) });
      return (await takeIn(source, request)).status;
    };
    expect(await statusOf(['one', 'two'], 'one')).toBe(202);
    expect(await statusOf(['one', 'two'], 'two')).toBe(202);
    expect(await statusOf(['one', 'two'], 'three')).toBe(401);
    expect(await statusOf(['one', ''], '')).toBe(401);
    expect(await statusOf(['', ' '], '')).toBe(500);
    expect(await statusOf([], 'one')).toBe(500);
  });

  it('in the query are refused when there are two', async () => {
    const auth = { kind: 'apiKey', in: 'query', name: 'key' };
    const { status } = await send({ path: `/?key=${SECRET}&key=${SECRET}` }, { auth });
    expect(status).toBe(401);
  });
});

describe('a template', () => {
  it('takes a body with dollar signs and braces for what it is', async () => {
    const auth = { ...HMAC, timestampHeader: 'X-T', template: 'v0:{timestamp}:{body}!' };
    const body = "$& $' {timestamp} {body}";
    const headers = { 'x-t': STAMP, 'x-sig': sign(SECRET, `v0:${STAMP}:${body}!`) };
    expect((await send({ body, headers, receivedAt: NOW }, { auth })).status).toBe(202);
    expect((await send({ body, headers, receivedAt: NOW + 301_000 }, { auth })).status).toBe(401);
    expect((await send({ body, headers: { ...headers, 'x-t': '' } }, { auth })).status).toBe(401);
  });
});
