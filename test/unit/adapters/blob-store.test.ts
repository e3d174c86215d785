import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BlobStore } from '../../../shared/heddle/adapters/azure/blob-store.ts';
import { ConfigError, RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { type Azurite, startAzurite } from '../../emulators/azurite.ts';

const KEY = Buffer.from('not a secret').toString('base64');
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function startStore(listener: RequestListener): Promise<BlobStore> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return toStore(port);
}

function toStore(port: number): BlobStore {
  const endpoint = `BlobEndpoint=http://127.0.0.1:${port}/account`;
  const value = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${KEY};${endpoint};`;
  return new BlobStore({ kind: 'string', value });
}

/** Headers that the library requires. */
function toBlobHeaders(bytes: number): Record<string, string> {
  return { 'content-length': String(bytes), etag: '"1"' };
}

async function failureOf(work: Promise<unknown>): Promise<RetryableError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(RetryableError);
  expect((error as RetryableError).code).toBe('blob_unavailable');
  return error as RetryableError;
}

describe('a blob', () => {
  let azurite: Azurite;
  let store: BlobStore;
  beforeAll(async () => {
    azurite = await startAzurite();
    store = new BlobStore({ kind: 'string', value: azurite.connectionString });
  });
  afterAll(() => azurite.close());

  it('comes back byte by byte from a container that the first of them makes', async () => {
    const blobs = { empty: Buffer.alloc(0), small: Buffer.from([0, 255]), large: randomBytes(5e6) };
    for (const [name, bytes] of Object.entries(blobs)) {
      await store.put('documents', `notes/a b/${name}.gz`, bytes);
      expect((await store.get('documents', `notes/a b/${name}.gz`))?.equals(bytes)).toBe(true);
    }
  });

  it('is not there before, nor is its container', async () => {
    expect(await store.get('nowhere', 'a')).toBeUndefined();
    await store.put('somewhere', 'a', Buffer.from('a'));
    expect(await store.get('somewhere', 'b')).toBeUndefined();
  });

  it('is gone once it is deleted, which may be done twice', async () => {
    await store.put('documents', 'notes/old.gz', Buffer.from('x'));
    await store.delete('documents', 'notes/old.gz');
    await store.delete('documents', 'notes/old.gz');
    expect(await store.get('documents', 'notes/old.gz')).toBeUndefined();
  });

  it('may be put again, by several at once', async () => {
    const bytes = Buffer.from('same');
    await Promise.all(Array.from({ length: 5 }, () => store.put('again', 'a', bytes)));
    expect(await store.get('again', 'a')).toEqual(bytes);
  });
});

describe('blob storage that refuses', () => {
  it('by its key or roles is an error that names both, and quotes nothing', async () => {
    const store = await startStore((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end(
        '<Error><Code>AuthorizationPermissionMismatch</Code><Message>sig=a</Message></Error>',
      );
    });
    const works = [
      () => store.get('documents', 'a'),
      () => store.put('documents', 'a', Buffer.alloc(1)),
    ];
    for (const work of works) {
      const { message } = await failureOf(work());
      expect(message).toMatch(/Storage Blob Data Owner.*AzureWebJobsStorage__blobServiceUri/);
      expect(message).toContain('403 AuthorizationPermissionMismatch');
      expect(message).not.toContain('sig=');
    }
  });

  it('because it is busy says when to come again, after three tries', async () => {
    let tries = 0;
    const store = await startStore((_request, response) => {
      tries++;
      response.writeHead(503, { 'x-ms-error-code': 'ServerBusy', 'retry-after': '7' }).end();
    });
    const { retryAfter } = await failureOf(store.get('documents', 'a'));
    expect(retryAfter).toBe(7);
    expect(tries).toBe(3);
  });

  it('for a moment is asked again', async () => {
    let tries = 0;
    const store = await startStore((_request, response) => {
      response.writeHead(tries++ === 0 ? 503 : 200, toBlobHeaders(5)).end('bytes');
    });
    expect((await store.get('documents', 'a'))?.toString()).toBe('bytes');
  });
});

describe('blob storage that breaks off', () => {
  it('in the middle of a blob gives an error, never half of it', async () => {
    const store = await startStore((_request, response) => {
      response.writeHead(200, toBlobHeaders(1000));
      response.write('half', () => response.destroy());
    });
    const { message } = await failureOf(store.get('documents', 'a'));
    expect(message).toMatch(/ECONNRESET|ABORT/i);
  });

  it('or is not there gives an error', async () => {
    const { message } = await failureOf(toStore(1).put('documents', 'a', Buffer.alloc(1)));
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toContain(KEY);
  });
});

describe('a connection that is none', () => {
  it('is a configuration error that does not repeat it', async () => {
    const store = new BlobStore({ kind: 'string', value: 'hunter2' });
    const error = await store.get('documents', 'a').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).not.toContain('hunter2');
  });
});
