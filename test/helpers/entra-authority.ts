import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTPayload, SignJWT } from 'jose';
import { fetchText } from '../../shared/heddle/adapters/http/fetch-text.ts';
import type { AzureSenders } from '../../shared/heddle/domain/azure-senders.ts';
import type { SourceContext } from '../../shared/heddle/sources/source.ts';

export const TENANT = '0b1f4e2a-5c3d-4e6f-8a7b-9c0d1e2f3a4b';
export const AUDIENCE = 'https://webpubsub.azure.com';
export const IDENTITY = '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
export const APPLICATION = '2d3e4f5a-6b7c-4d8e-9f0a-1b2c3d4e5f6a';
/** Unix milliseconds. */
export const NOW = Date.UTC(2026, 10, 30, 12);

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function createKey(kid: string, modulusLength = 2048): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength }) };
}

export function toJwk({ kid, publicKey }: SigningKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

/** How the authority answers: with these keys, or in a way of its own. */
export type Answer = readonly SigningKey[] | ((response: ServerResponse) => void);

/** An authority with a key set of its own, on this machine. */
export interface Authority extends AsyncDisposable {
  readonly host: string;
  readonly keys: readonly [SigningKey, SigningKey];
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  answer: Answer;
  readonly senders: AzureSenders;
  readonly fetchText: SourceContext['fetchText'];
  /** Claims as Web PubSub's identity has them, version 1. */
  claims(more?: JWTPayload, now?: number): JWTPayload;
  sign(claims?: JWTPayload, key?: SigningKey): Promise<string>;
}

export async function startAuthority(): Promise<Authority> {
  const keys = [createKey('key-1'), createKey('key-2')] as const;
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const { answer } = authority;
    if (typeof answer === 'function') return answer(response);
    response.end(JSON.stringify({ keys: answer.map(toJwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims: Authority['claims'] = (more = {}, now = NOW) => ({
    ...{ aud: AUDIENCE, iss: `https://sts.windows.net/${TENANT}/`, tid: TENANT, ver: '1.0' },
    ...{ oid: IDENTITY, sub: IDENTITY, appid: APPLICATION, idp: TENANT },
    ...{ iat: now / 1000 - 60, nbf: now / 1000 - 60, exp: now / 1000 + 3600 },
    ...more,
  });
  const authority: Authority = {
    ...{ host, keys, asked, claims, fetchText },
    answer: keys,
    senders: {
      ...{ authorityHost: host, tenant: TENANT },
      webPubSub: { host: 'my.webpubsub.azure.com', audience: AUDIENCE, identity: IDENTITY },
    },
    sign: (given = claims(), { kid, privateKey } = keys[0]) =>
      new SignJWT(given).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return authority;
}

/** A token as its parts say, whatever they are. */
export function toToken(header: object, claims: object, signature = ''): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}
