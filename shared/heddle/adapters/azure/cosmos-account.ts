import { createHmac, createSecretKey } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { ConfigError } from '../../errors/errors.ts';
import type { Connection } from '../../ports/connection.ts';
import { createCredential } from './credential.ts';

/** What a request is about: part of the signature by a key. */
export interface SignedPart {
  readonly method: string;
  readonly resource: string;
}

type Authorize = (part: SignedPart) => Promise<Readonly<Record<string, string>>>;

export interface CosmosAccount {
  /** Ends without a slash. */
  readonly endpoint: string;
  /** Returns the headers that prove who asks. */
  readonly authorize: Authorize;
  /** How the library is to prove it. */
  readonly sdk: { readonly key: string } | { readonly aadCredentials: TokenCredential };
}

/** @throws {ConfigError} */
export function readAccount(connection: Connection): CosmosAccount {
  if (connection.kind === 'identity') {
    const { href, protocol } = parseEndpoint(connection.endpoint);
    // A token is sent to nobody in plain text.
    if (protocol !== 'https:') throw toConfigError();
    const credential = createCredential(connection.clientId);
    const authorize = createTokenAuthorization(credential, href);
    return { endpoint: href, authorize, sdk: { aadCredentials: credential } };
  }
  const { AccountEndpoint = '', AccountKey: key } = parseParts(connection.value);
  if (!key) throw toConfigError();
  const { href } = parseEndpoint(AccountEndpoint);
  return { endpoint: href, authorize: createKeyAuthorization(key), sdk: { key } };
}

function parseEndpoint(text: string): { readonly href: string; readonly protocol: string } {
  const url = URL.parse(text);
  if (url === null) throw toConfigError();
  return { href: url.href.replace(/\/$/, ''), protocol: url.protocol };
}

function parseParts(text: string): Partial<Record<string, string>> {
  const parts = text.split(';').map((part) => {
    const [name = '', ...value] = part.split('=');
    return [name, value.join('=')];
  });
  return Object.fromEntries(parts);
}

function toConfigError(): ConfigError {
  return new ConfigError('Cosmos', [
    'Cosmos: expected a connection string (AccountEndpoint=…;AccountKey=…;), or Cosmos__accountEndpoint: expected a URL with https; what is set is neither',
  ]);
}

/** https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources */
export function createKeyAuthorization(key: string): Authorize {
  const secret = createSecretKey(key, 'base64');
  return async ({ method, resource }) => {
    const date = new Date().toUTCString();
    const text = `${method.toLowerCase()}\ndocs\n${resource}\n${date.toLowerCase()}\n\n`;
    const signature = createHmac('sha256', secret).update(text).digest('base64');
    const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
    return { authorization, 'x-ms-date': date };
  };
}

const COMMON_SCOPE = 'https://cosmos.azure.com/.default';
/** Entra's code for an audience that the tenant does not know. */
const AUDIENCE_UNKNOWN = 'AADSTS500011';
/** The library of the identity caches a token and knows when to renew it; a look costs time. */
const LOOK_MS = 60_000;

interface Held {
  readonly headers: Readonly<Record<string, string>>;
  readonly lookAgainAt: number;
  readonly expiresAt: number;
}

/** Asks once for any number of requests, and uses a token as long as it is valid if asking fails. */
export function createTokenAuthorization(
  credential: Pick<TokenCredential, 'getToken'>,
  endpoint: string,
  now: () => number = Date.now,
): Authorize {
  let held: Held | undefined;
  let asking: Promise<Held> | undefined;
  const ask = async (): Promise<Held> => {
    try {
      const { token, expiresOnTimestamp } = await getToken(credential, endpoint);
      const headers = { authorization: `type=aad&ver=1.0&sig=${token}` };
      return { headers, lookAgainAt: now() + LOOK_MS, expiresAt: expiresOnTimestamp };
    } catch (error) {
      if (held && now() < held.expiresAt) return { ...held, lookAgainAt: now() + LOOK_MS };
      throw error;
    }
  };
  return async () => {
    if (held && now() < Math.min(held.lookAgainAt, held.expiresAt)) return held.headers;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    held = await asking;
    return held.headers;
  };
}

async function getToken(credential: Pick<TokenCredential, 'getToken'>, endpoint: string) {
  const token = await credential.getToken(`${endpoint}/.default`).catch((error: unknown) => {
    if (!String(error).includes(AUDIENCE_UNKNOWN)) throw error;
    return credential.getToken(COMMON_SCOPE);
  });
  if (token === null) throw new Error('the identity has no token for Cosmos DB');
  return token;
}
