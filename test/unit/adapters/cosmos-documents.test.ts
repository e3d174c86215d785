import type { IncomingHttpHeaders } from 'node:http';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createTokenAuthorization,
  readAccount,
} from '../../../shared/heddle/adapters/azure/cosmos-account.ts';
import { CLIENT_OPTIONS } from '../../../shared/heddle/adapters/azure/cosmos-call.ts';
import { CosmosDocuments } from '../../../shared/heddle/adapters/azure/cosmos-documents.ts';
import { ConfigError } from '../../../shared/heddle/errors/errors.ts';
import { type CosmosService, startCosmosService } from '../../helpers/cosmos-service.ts';

const DATABASE = 'heddle';
const CONTAINER = 'notes';
const IDS = ['a', 'a b', '100%', 'é€', '😀', 'quote\'"', 'a:b|c,d+e=f&g;h@i', '[x]{y}^`~', '%2F'];

let service: CosmosService;
let library: CosmosClient;
let own: CosmosDocuments;

beforeAll(async () => {
  service = await startCosmosService();
  // The key signs the date, so both must see the same one.
  vi.useFakeTimers({ toFake: ['Date'] });
  const connectionString = service.connection.kind === 'string' ? service.connection.value : '';
  library = new CosmosClient({ ...CLIENT_OPTIONS, connectionString });
  own = new CosmosDocuments(readAccount(service.connection), DATABASE);
  const { database } = await library.databases.createIfNotExists({ id: DATABASE });
  await database.containers.createIfNotExists({ id: CONTAINER, partitionKey: '/id' });
  // The library reads the definition of the container before its first request for an item.
  await items().item('first', 'first').read();
});
beforeEach(() => service.clear());
afterAll(async () => {
  vi.useRealTimers();
  library.dispose();
  await service.close();
});

const items = () => library.database(DATABASE).container(CONTAINER);
const place = (id: string) => ({ container: CONTAINER, id, signal: AbortSignal.timeout(10_000) });

/** Without the names of the clients. */
function comparable(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { 'user-agent': _agent, 'x-ms-useragent': _same, ...rest } = headers;
  return rest;
}

function sent() {
  return service.requests.map(({ headers, ...rest }) => ({
    ...rest,
    headers: comparable(headers),
  }));
}

describe('a request for an item', () => {
  it.each(IDS)('is the one that the library sends: %s', async (id) => {
    const item = { id, document: '{"text":" é 😀"}' };
    const minimal = { initialHeaders: { Prefer: 'return=minimal' } };
    // The responses are no matter here: the library fails at one without content.
    await Promise.allSettled([items().items.create(item, minimal)]);
    const accessCondition = { type: 'IfMatch', condition: '"etag"' };
    await Promise.allSettled([
      items()
        .item(id, id)
        .replace(item, { ...minimal, accessCondition }),
    ]);
    await Promise.allSettled([items().item(id, id).read()]);
    await Promise.allSettled([items().item(id, id).delete()]);
    const expected = sent();
    service.clear();
    await Promise.allSettled([own.create(item, place(id))]);
    await Promise.allSettled([own.replace(item, '"etag"', place(id))]);
    await Promise.allSettled([own.read(place(id))]);
    await Promise.allSettled([own.delete(place(id))]);
    expect(expected.map(({ method }) => method)).toEqual(['POST', 'PUT', 'GET', 'DELETE']);
    expect(sent()).toEqual(expected);
  });
});

describe('an account', () => {
  const identity = (endpoint: string) => ({ kind: 'identity', endpoint, clientId: 'id' }) as const;

  it('gets a token over TLS only', () => {
    expect(readAccount(identity('https://a.documents.azure.com:443/')).endpoint).toBe(
      'https://a.documents.azure.com',
    );
    expect(() => readAccount(identity('http://a.documents.azure.com'))).toThrow(ConfigError);
    expect(() => readAccount(identity('a.documents.azure.com'))).toThrow(ConfigError);
  });
});

describe('a token of an identity', () => {
  const ENDPOINT = 'https://a.documents.azure.com';
  const HOUR = 3_600_000;

  it('is sent as the library sends it', async () => {
    const headers: Record<string, string>[] = [];
    const httpClient: CosmosClientOptions['httpClient'] = {
      async sendRequest(request) {
        headers.push(request.headers.toJSON());
        throw new Error('not sent');
      },
    };
    const credential = new Identity(() => ({
      token: 'a.b.c',
      expiresOnTimestamp: Date.now() + HOUR,
    }));
    const client = new CosmosClient({
      ...CLIENT_OPTIONS,
      ...{ endpoint: ENDPOINT, aadCredentials: credential, httpClient },
    });
    await Promise.allSettled([client.database('d').container('c').item('a', 'a').read()]);
    client.dispose();
    const asked = [...credential.scopes];
    const authorize = createTokenAuthorization(credential, ENDPOINT);
    const own = await authorize({ method: 'GET', resource: 'dbs/d/colls/c/docs/a' });
    expect(headers[0]?.authorization).toBe(own.authorization);
    expect(headers[0]).not.toHaveProperty('x-ms-date');
    expect(own).not.toHaveProperty('x-ms-date');
    expect(credential.scopes).toEqual([...asked, ...asked]);
  });

  const part = { method: 'GET', resource: 'dbs/d' };

  it('is asked for once by many, and looked after once a minute', async () => {
    let now = 0;
    const credential = new Identity(() => ({ token: `at ${now}`, expiresOnTimestamp: HOUR }));
    const authorize = createTokenAuthorization(credential, ENDPOINT, () => now);
    const all = await Promise.all(Array.from({ length: 9 }, () => authorize(part)));
    now = 59_000;
    all.push(await authorize(part));
    expect(new Set(all.map(({ authorization }) => authorization)).size).toBe(1);
    expect(credential.scopes).toHaveLength(1);
    now = 61_000;
    expect((await authorize(part)).authorization).toContain('at 61000');
  });

  it('is used while it is valid, though no other can be had', async () => {
    let now = 0;
    const credential = new Identity(() => {
      if (now > 0) throw new Error('no answer');
      return { token: 'first', expiresOnTimestamp: HOUR };
    });
    const authorize = createTokenAuthorization(credential, ENDPOINT, () => now);
    await authorize(part);
    now = HOUR - 1;
    expect((await authorize(part)).authorization).toContain('first');
    now = HOUR + 1;
    await expect(authorize(part)).rejects.toThrow('no answer');
    await expect(authorize(part)).rejects.toThrow('no answer');
  });

  it('is one for all accounts where the tenant does not know the account', async () => {
    const credential = new Identity((scope) => {
      if (scope.startsWith(ENDPOINT)) throw new Error('AADSTS500011: no such principal');
      return { token: 'common', expiresOnTimestamp: HOUR };
    });
    const authorize = createTokenAuthorization(credential, ENDPOINT, () => 0);
    expect((await authorize(part)).authorization).toContain('common');
    expect(credential.scopes).toEqual([
      `${ENDPOINT}/.default`,
      'https://cosmos.azure.com/.default',
    ]);
  });
});

interface Token {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}

class Identity {
  readonly scopes: string[] = [];
  readonly #answer: (scope: string) => Token;

  constructor(answer: (scope: string) => Token) {
    this.#answer = answer;
  }

  async getToken(scopes: string | readonly string[]): Promise<Token> {
    const scope = [scopes].flat().join(' ');
    this.scopes.push(scope);
    return this.#answer(scope);
  }
}
