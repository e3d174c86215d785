import { createHmac, createSign } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigError,
  RejectedError,
  RetryableError,
} from '../../../shared/heddle/errors/errors.ts';
import type { EntraAuth } from '../../../shared/heddle/sources/entra/settings.ts';
import { createTokenCheck } from '../../../shared/heddle/sources/entra/token-check.ts';
import {
  APPLICATION,
  AUDIENCE,
  type Authority,
  createKey,
  IDENTITY,
  NOW,
  startAuthority,
  TENANT,
  toToken,
} from '../../helpers/entra-authority.ts';
import { createRequest } from '../../helpers/sources.ts';

const OTHER = '7f8e9d0c-1b2a-4c3d-8e5f-6a7b8c9d0e1f';

let authority: Authority;
beforeAll(async () => {
  authority = await startAuthority();
});
afterAll(() => authority[Symbol.asyncDispose]());
beforeEach(() => {
  authority.answer = authority.keys;
});

const createCheck = (more: Partial<EntraAuth> = {}) => {
  const auth: EntraAuth = { kind: 'entra', audience: AUDIENCE, oid: IDENTITY, ...more };
  const { senders, fetchText } = authority;
  return createTokenCheck(auth, { name: 'hooks', senders, fetchText });
};

/** The status that answers a request with this Authorization header. */
async function statusOf(header: string | undefined, more: Partial<EntraAuth> = {}, now = NOW) {
  const headers = header === undefined ? {} : { authorization: header };
  try {
    await createCheck(more).verify(createRequest({ headers, receivedAt: now }));
    return 200;
  } catch (error) {
    if (error instanceof RejectedError) return error.status;
    if (error instanceof ConfigError) return 500;
    if (error instanceof RetryableError) return 503;
    throw error;
  }
}

const statusOfClaims = async (claims: object, more: Partial<EntraAuth> = {}) =>
  statusOf(`Bearer ${await authority.sign(authority.claims({ ...claims }))}`, more);

describe('a token of the sender', () => {
  it('is accepted, of version 1 and of version 2', async () => {
    expect(await statusOfClaims({})).toBe(200);
    const iss = `${authority.host}/${TENANT}/v2.0`;
    expect(await statusOfClaims({ iss, ver: '2.0', appid: undefined, azp: APPLICATION })).toBe(200);
  });

  it('is accepted with the scheme in any case, and with its audience among others', async () => {
    expect(await statusOf(`bearer ${await authority.sign()}`)).toBe(200);
    expect(await statusOfClaims({ aud: ['api://x', AUDIENCE] })).toBe(200);
    expect(await statusOfClaims({ aud: 'api://x' }, { audience: [AUDIENCE, 'api://x'] })).toBe(200);
  });

  it('is accepted by the second key too, and with ids that are configured in capitals', async () => {
    expect(await statusOf(`Bearer ${await authority.sign(undefined, authority.keys[1])}`)).toBe(
      200,
    );
    expect(await statusOfClaims({}, { oid: IDENTITY.toUpperCase() })).toBe(200);
  });

  it('is asked for at the tenant, once', async () => {
    authority.answer = authority.keys;
    const before = authority.asked.length;
    const check = createCheck();
    const headers = { authorization: `Bearer ${await authority.sign()}` };
    for (let count = 0; count < 5; count++) {
      await check.verify(createRequest({ headers, receivedAt: NOW }));
    }
    expect(authority.asked.slice(before)).toEqual([`/${TENANT}/discovery/v2.0/keys`]);
  });
});

describe('a token is refused', () => {
  const seconds = NOW / 1000;

  it.each<[string, object]>([
    ['of another audience', { aud: 'https://management.azure.com/' }],
    ['whose audience only begins like ours', { aud: `${AUDIENCE}.example` }],
    ['without an audience', { aud: undefined }],
    ['whose audience is no text', { aud: { [AUDIENCE]: true } }],
    ['of another tenant', { iss: `https://sts.windows.net/${OTHER}/` }],
    ['of another issuer', { iss: `https://example.com/${TENANT}/` }],
    ['whose issuer only begins like ours', { iss: `https://sts.windows.net/${TENANT}/x` }],
    ['without an issuer', { iss: undefined }],
    ['of another identity', { oid: OTHER }],
    ['whose identity is in capitals', { oid: IDENTITY.toUpperCase() }],
    ['whose identity is a list', { oid: [IDENTITY] }],
    ['without an identity', { oid: undefined }],
    ['that has expired', { exp: seconds - 61 }],
    ['without an end', { exp: undefined }],
    ['whose end is a text', { exp: String(seconds + 60) }],
    ['that has not begun', { nbf: seconds + 61 }],
    ['whose begin is a text', { nbf: String(seconds - 60) }],
  ])('%s', async (_, claims) => {
    expect(await statusOfClaims(claims)).toBe(401);
  });

  it('only beyond the difference that clocks may have', async () => {
    expect(await statusOfClaims({ exp: seconds - 59 })).toBe(200);
    expect(await statusOfClaims({ nbf: seconds + 60 })).toBe(200);
  });

  it('with alg none, and with any algorithm but RS256', async () => {
    const claims = authority.claims();
    const [{ kid, privateKey }] = authority.keys;
    for (const alg of ['none', 'None', 'HS256', 'RS384', 'PS256', 'ES256', '', undefined]) {
      expect(await statusOf(`Bearer ${toToken({ alg, kid }, claims)}`), alg).toBe(401);
      expect(await statusOf(`Bearer ${toToken({ alg, kid }, claims, 'AAAA')}`), alg).toBe(401);
    }
    const unsigned = toToken({ alg: 'RS512', kid }, claims).slice(0, -1);
    const signature = createSign('RSA-SHA512').update(unsigned).sign(privateKey, 'base64url');
    expect(await statusOf(`Bearer ${unsigned}.${signature}`)).toBe(401);
  });

  it('that is signed by HMAC with the public key as its secret', async () => {
    const [{ kid, publicKey }] = authority.keys;
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
    ];
    for (const alg of ['HS256', 'RS256']) {
      const unsigned = toToken({ alg, kid }, authority.claims()).slice(0, -1);
      for (const secret of secrets) {
        const signature = createHmac('sha256', secret).update(unsigned).digest('base64url');
        expect(await statusOf(`Bearer ${unsigned}.${signature}`)).toBe(401);
      }
    }
  });

  it('that brings its own key, signed by somebody else in the name of ours', async () => {
    const forger = createKey('key-1');
    expect(await statusOf(`Bearer ${await authority.sign(undefined, forger)}`)).toBe(401);
    const [, claims, signature] = (await authority.sign(undefined, forger)).split('.');
    const jwk = forger.publicKey.export({ format: 'jwk' });
    const header = { alg: 'RS256', kid: 'key-1', jwk, jku: `${authority.host}/forged` };
    const [head] = toToken(header, {}).split('.');
    expect(await statusOf(`Bearer ${head}.${claims}.${signature}`)).toBe(401);
  });

  it('without a key id, or with a claim that was changed', async () => {
    const [, claims, signature] = (await authority.sign()).split('.');
    const [head] = toToken({ alg: 'RS256' }, {}).split('.');
    expect(await statusOf(`Bearer ${head}.${claims}.${signature}`)).toBe(401);
    const [header] = (await authority.sign()).split('.');
    const [, longer] = toToken({}, authority.claims({ exp: seconds + 9999 })).split('.');
    expect(await statusOf(`Bearer ${header}.${longer}.${signature}`)).toBe(401);
  });

  it('that is none: missing, garbage, too long, or two of them', async () => {
    const token = await authority.sign();
    const headers = [
      ...[undefined, '', 'Bearer', 'Bearer ', token, `Basic ${token}`, `Bearer ${token}.x`],
      ...[`Bearer ${token},Bearer ${token}`, `Bearer ${token}, ${token}`, `Bearer  a b.c.d`],
      ...['Bearer a.b.c', 'Bearer ..', 'Bearer e30.e30.e30', `Bearer ${'a'.repeat(20_000)}.b.c`],
      ...[`Bearer ${toToken([], {}, 'x')}`, `Bearer ${toToken({ alg: 'RS256', kid: 1 }, {}, 'x')}`],
    ];
    for (const header of headers) expect(await statusOf(header), header).toBe(401);
  });

  it('after any change to a right one, in 500 mutations', async () => {
    const token = await authority.sign();
    const check = createCheck();
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.string({ maxLength: 3 }), async (at, text) => {
        const changed = token.slice(0, at) + text + token.slice(at + 1);
        // The last character of base64 has bits that mean nothing, which are the same token.
        fc.pre(changed !== token && changed.slice(0, -1) !== token.slice(0, -1));
        const headers = { authorization: `Bearer ${changed}` };
        const request = createRequest({ headers, receivedAt: NOW });
        await expect(check.verify(request)).rejects.toMatchObject({ status: 401 });
      }),
      { numRuns: 500 },
    );
  });

  it('with nothing of it in the error', async () => {
    const token = await authority.sign(authority.claims({ oid: OTHER }));
    const headers = { authorization: `Bearer ${token}` };
    const error = await createCheck()
      .verify(createRequest({ headers, receivedAt: NOW }))
      .catch((thrown: RejectedError) => thrown);
    expect(error).toMatchObject({ code: 'signature_invalid', authenticate: expect.any(String) });
    const shown = `${JSON.stringify(error)} ${(error as Error).stack} ${(error as Error).cause}`;
    for (const part of [...token.split('.'), OTHER, TENANT]) expect(shown).not.toContain(part);
  });
});

describe('the application', () => {
  it('is that of appid or azp, exactly, and of every one that is there', async () => {
    const named = { oid: undefined, appid: APPLICATION };
    expect(await statusOfClaims({}, named)).toBe(200);
    expect(await statusOfClaims({ appid: undefined, azp: APPLICATION }, named)).toBe(200);
    expect(await statusOfClaims({ appid: OTHER }, named)).toBe(401);
    expect(await statusOfClaims({ azp: OTHER }, named)).toBe(401);
    expect(await statusOfClaims({ appid: undefined }, named)).toBe(401);
    expect(await statusOfClaims({ appid: OTHER }, { ...named, appid: [OTHER, APPLICATION] })).toBe(
      200,
    );
  });

  it('must itself have got the token: a person who has signed in to it is not the sender', async () => {
    const named = { oid: undefined, appid: APPLICATION };
    expect(await statusOfClaims({ scp: 'user_impersonation' }, named)).toBe(401);
    expect(await statusOfClaims({ scp: 'user_impersonation' }, { oid: IDENTITY })).toBe(200);
  });

  it('and the identity must both be right where both are named', async () => {
    const both = { oid: IDENTITY, appid: APPLICATION };
    expect(await statusOfClaims({}, both)).toBe(200);
    expect(await statusOfClaims({ oid: OTHER }, both)).toBe(401);
    expect(await statusOfClaims({ appid: OTHER }, both)).toBe(401);
  });
});

describe('a configuration that is not whole refuses every token', () => {
  const { tenant: _, ...auth } = { kind: 'entra' as const, tenant: TENANT, audience: AUDIENCE };

  const verify = async (given: EntraAuth, more: object = {}) => {
    const { fetchText } = authority;
    const senders = { ...authority.senders, ...more };
    const check = createTokenCheck(given, { name: 'hooks', senders, fetchText });
    const headers = { authorization: `Bearer ${await authority.sign()}` };
    const request = createRequest({ headers, receivedAt: NOW });
    await expect(check.verify(request)).rejects.toBeInstanceOf(ConfigError);
    return check.faults;
  };

  it('without a tenant, or with a name for one', async () => {
    for (const tenant of ['', ' ', 'common', 'contoso.onmicrosoft.com']) {
      const faults = await verify({ ...auth, oid: IDENTITY }, { tenant });
      expect(faults).toEqual([expect.stringContaining('HEDDLE_ENTRA_TENANT')]);
    }
  });

  it('without an audience or an identity, or with blank ones', async () => {
    expect(await verify({ ...auth, audience: undefined, oid: IDENTITY })).toHaveLength(1);
    expect(await verify({ ...auth, audience: ' ', oid: IDENTITY })).toHaveLength(1);
    expect(await verify(auth)).toHaveLength(1);
    expect(await verify({ ...auth, oid: '' })).toHaveLength(1);
    expect(await verify({ ...auth, oid: '@Microsoft.KeyVault(SecretUri=x)' })).toHaveLength(1);
    expect(await verify({ kind: 'entra', audience: '' }, { tenant: '' })).toHaveLength(3);
  });

  it('with an authority whose keys somebody else could change', async () => {
    const hosts = ['http://login.example.com', 'http://127.0.0.1.example.com', 'login.example.com'];
    const more = ['https://user@login.example.com', 'https://login.example.com/x', 'file:///keys'];
    for (const authorityHost of [...hosts, ...more]) {
      const faults = await verify({ ...auth, oid: IDENTITY }, { authorityHost });
      expect(faults, authorityHost).toEqual([expect.stringContaining('AZURE_AUTHORITY_HOST')]);
    }
  });
});
