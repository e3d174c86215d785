import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { loadSources } from '../../../shared/heddle/sources/load.ts';
import { webpubsub } from '../../../shared/heddle/sources/webpubsub/webpubsub.ts';
import { type Authority, NOW, startAuthority, TENANT } from '../../helpers/entra-authority.ts';
import { createRequest, createSourceOf, type SourceParts, takeIn } from '../../helpers/sources.ts';

const KEY = 'an access key that is long enough';
const ORIGIN = 'my.webpubsub.azure.com';
const OTHER = '7f8e9d0c-1b2a-4c3d-8e5f-6a7b8c9d0e1f';

let authority: Authority;
let right: string;
let wrong: string;
beforeAll(async () => {
  authority = await startAuthority();
  right = `Bearer ${await authority.sign()}`;
  wrong = `Bearer ${await authority.sign(authority.claims({ oid: OTHER }))}`;
});
afterAll(() => authority[Symbol.asyncDispose]());
beforeEach(() => {
  authority.answer = authority.keys;
});

const create = (settings: JsonObject = {}, more: SourceParts = {}) => {
  const { senders, fetchText } = authority;
  return createSourceOf(webpubsub, { settings, senders, fetchText, ...more });
};

const signature = `sha256=${createHmac('sha256', KEY).update('c1').digest('hex')}`;
const badSignature = `sha256=${'0'.repeat(64)}`;

const createEvent = (headers: Readonly<Record<string, string>>) =>
  createRequest({
    receivedAt: NOW,
    body: '{"choice":"soup"}',
    headers: {
      ...{ 'webhook-request-origin': ORIGIN, 'content-type': 'application/json' },
      ...{ 'ce-type': 'azure.webpubsub.user.vote', 'ce-id': '1', 'ce-connectionid': 'c1' },
      ...headers,
    },
  });

const statusOf = async (
  source: ReturnType<typeof create>,
  headers: Readonly<Record<string, string>>,
) => (await takeIn(source, createEvent(headers))).status;

describe('a deployed service', () => {
  it('needs nothing in the triggers file: its token is verified, and its host allowed', async () => {
    const source = create();
    expect(source.missing).toEqual([]);
    expect(await statusOf(source, { authorization: right })).toBe(204);
    expect(await statusOf(source, { authorization: wrong })).toBe(401);
    expect(await statusOf(source, {})).toBe(401);
    const headers = { authorization: right, 'webhook-request-origin': 'other.webpubsub.azure.com' };
    expect(await statusOf(source, headers)).toBe(401);
    expect(await statusOf(source, { authorization: right, 'ce-connectionid': '' })).toBe(401);
  });

  it('is answered when it asks whether it may send, without a token', async () => {
    const asked = createRequest({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': ORIGIN },
    });
    const { status, reply } = await takeIn(create(), asked);
    expect(status).toBe(200);
    expect(reply?.headers).toMatchObject({ 'WebHook-Allowed-Origin': ORIGIN });
  });

  it('is not let in by a signature of any kind where it has no key', async () => {
    const blank = `sha256=${createHmac('sha256', '').update('c1').digest('hex')}`;
    for (const secrets of [[], ['', ' ']]) {
      const source = create({}, { secrets });
      for (const one of [signature, badSignature, blank]) {
        expect(await statusOf(source, { 'ce-signature': one })).toBe(401);
        expect(await statusOf(source, { 'ce-signature': one, authorization: right })).toBe(204);
      }
    }
  });

  it('is asked to come again while its token cannot be judged', async () => {
    authority.answer = (response) => void response.writeHead(503).end();
    const source = create();
    const { status, error } = await takeIn(source, createEvent({ authorization: right }));
    expect(status).toBe(503);
    expect(error).toMatchObject({ code: 'fetch_failed', retryAfter: 30 });
    expect(await statusOf(source, { authorization: wrong })).toBe(401);
  });

  it('leaves nothing of its token in what is kept', async () => {
    const { messages } = await takeIn(create(), createEvent({ authorization: right }));
    expect(messages).toMatchObject([{ event: { verified: true, data: { choice: 'soup' } } }]);
    const [, ...parts] = right.split(/[. ]/);
    for (const part of parts) expect(JSON.stringify(messages)).not.toContain(part);
    expect(JSON.stringify(messages)).not.toMatch(/authorization|bearer/i);
  });
});

describe('with keys and tokens', () => {
  it.each([
    ['the token', () => ({ authorization: right }), 204],
    ['the signature', () => ({ 'ce-signature': signature }), 204],
    ['both', () => ({ authorization: right, 'ce-signature': signature }), 204],
    ['neither', () => ({}), 401],
    ['a wrong token', () => ({ authorization: wrong }), 401],
    ['a wrong signature', () => ({ 'ce-signature': badSignature }), 401],
    [
      'a right signature and a wrong token',
      () => ({ authorization: wrong, 'ce-signature': signature }),
      401,
    ],
    [
      'a right token and a wrong signature',
      () => ({ authorization: right, 'ce-signature': badSignature }),
      401,
    ],
    [
      'a right signature and no Bearer',
      () => ({ authorization: 'Basic x', 'ce-signature': signature }),
      401,
    ],
  ])('%s decides', async (_, headers, status) => {
    expect(await statusOf(create({}, { secrets: [KEY] }), headers())).toBe(status);
  });

  it('auth: entra asks for the token, whatever is signed', async () => {
    const source = create({ auth: 'entra' }, { secrets: [KEY] });
    expect(await statusOf(source, { 'ce-signature': signature })).toBe(401);
    expect(await statusOf(source, { authorization: right, 'ce-signature': signature })).toBe(204);
    expect(await statusOf(source, { authorization: right })).toBe(204);
    expect(await statusOf(source, { authorization: right, 'ce-signature': badSignature })).toBe(
      401,
    );
  });

  it('auth: signature asks for the signature, whatever token there is', async () => {
    const source = create({ auth: 'signature' }, { secrets: [KEY] });
    expect(await statusOf(source, { authorization: right })).toBe(401);
    expect(await statusOf(source, { authorization: wrong, 'ce-signature': signature })).toBe(204);
  });

  it('shows which secret has matched, and none for a token', async () => {
    const source = create({}, { secrets: [KEY] });
    expect(await source.verify(createEvent({ 'ce-signature': signature }))).toEqual({
      ...{ verified: true, secret: 'SECRET_1' },
    });
    expect(await source.verify(createEvent({ authorization: right }))).toEqual({ verified: true });
  });
});

describe('a configuration', () => {
  it('of its own names tenant, audience and identity instead of the deployment', async () => {
    const auth = { kind: 'entra', audience: 'api://own', oid: OTHER };
    const source = create({ auth, allowedOrigins: ['*'] });
    const own = await authority.sign(authority.claims({ aud: 'api://own', oid: OTHER }));
    expect(await statusOf(source, { authorization: `Bearer ${own}` })).toBe(204);
    expect(await statusOf(source, { authorization: right })).toBe(401);
  });

  it('that is blank refuses everything, and says what to set', async () => {
    const webPubSub = { host: ORIGIN, audience: '', identity: '' };
    const senders = { authorityHost: '', tenant: '', webPubSub };
    const source = create({ auth: 'entra' }, { senders, secrets: [KEY] });
    expect(await statusOf(source, { authorization: right, 'ce-signature': signature })).toBe(500);
    expect(source.missing?.join()).toMatch(
      /HEDDLE_ENTRA_TENANT.*HEDDLE_WEBPUBSUB_AUDIENCE.*HEDDLE_WEBPUBSUB_IDENTITY/,
    );
    const half = { ...senders, webPubSub: { ...webPubSub, identity: OTHER } };
    const signed = create({}, { senders: half, secrets: [KEY] });
    expect(await statusOf(signed, { 'ce-signature': signature })).toBe(500);
  });

  it('without keys and tokens names the keys', () => {
    const { missing } = createSourceOf(webpubsub, {
      ...{ settings: { allowedOrigins: ['*'] }, secrets: ['', ''] },
    });
    expect(missing).toEqual(['set SECRET_1 or SECRET_2']);
  });

  it('is checked where it is written', () => {
    const load = (auth: unknown) =>
      loadSources({ value: { sources: { webpubsub: { auth } } }, locate: () => 1 }, [webpubsub])
        .faults.map(({ message }) => message)
        .join();
    expect(load('entra')).toBe('');
    expect(load({ kind: 'entra', tenant: TENANT, appid: [OTHER], audience: ['a', 'b'] })).toBe('');
    expect(load('token')).toContain('auth');
    expect(load({ kind: 'entra', tenant: 'common' })).toContain('auth.tenant: expected an id');
    expect(load({ kind: 'entra', oid: 'me' })).toContain('auth.oid');
    expect(load({ kind: 'entra', oids: OTHER })).toContain('did you mean oid?');
  });
});
