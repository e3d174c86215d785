import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CosmosStore } from '../../../shared/heddle/adapters/azure/cosmos-store.ts';
import { ConfigError, InvariantError } from '../../../shared/heddle/errors/errors.ts';
import type { Collection } from '../../../shared/heddle/ports/document-store.ts';
import { type CosmosService, startCosmosService } from '../../helpers/cosmos-service.ts';
import { MemoryBlobs } from '../../helpers/memory-blobs.ts';

interface Note {
  readonly id: string;
  readonly at: string;
  readonly status?: unknown;
  readonly size?: unknown;
  readonly [field: string]: unknown;
}

const NOTES: Collection<Note> = { name: 'notes', indexed: ['status', 'size'], time: 'at' };
const AT = '2026-01-01T00:00:00.000Z';

let service: CosmosService;
let store: CosmosStore;
let databases = 0;

beforeAll(async () => {
  service = await startCosmosService();
});
afterAll(() => service.close());
beforeEach(() => {
  service.clear();
  const { connection } = service;
  store = new CosmosStore({ connection, database: `d${databases++}`, blobs: new MemoryBlobs() });
});
afterEach(() => store.close());

function bodyOf(request: number): Record<string, unknown> {
  return JSON.parse(service.requests[request]?.body ?? 'null') as Record<string, unknown>;
}

describe('a write to Cosmos', () => {
  it('is one request that asks for no content', async () => {
    const { etag } = await store.create(NOTES, { id: 'a', at: AT });
    await store.replace(NOTES, { id: 'a', at: AT, text: 'new' }, etag);
    expect(service.requests.map(({ method }) => method)).toEqual(['POST', 'PUT']);
    for (const { headers } of service.requests) {
      expect(headers.prefer).toBe('return=minimal');
      expect(headers['x-ms-documentdb-partitionkey']).toBe('["a"]');
      expect(headers['x-ms-documentdb-is-upsert']).toBeUndefined();
    }
    expect(service.requests[1]?.headers['if-match']).toBe(etag);
  });

  it('carries the time to live, and a replacement without one lifts it', async () => {
    const { etag } = await store.create(NOTES, { id: 'a', at: AT }, { ttlSeconds: 90 });
    const next = await store.replace(NOTES, { id: 'a', at: AT }, etag, { ttlSeconds: 0.5 });
    await store.replace(NOTES, { id: 'a', at: AT }, next.etag);
    expect([bodyOf(0).ttl, bodyOf(1).ttl]).toEqual([90, 1]);
    expect(bodyOf(2)).not.toHaveProperty('ttl');
    const made = service.containers.filter(({ body }) => body.includes('"notes"')).at(-1);
    expect(JSON.parse(made?.body ?? '{}')).toMatchObject({
      defaultTtl: -1,
      partitionKey: { paths: ['/id'] },
    });
  });

  it('has the fields that are asked for plain beside the document', async () => {
    const note = { id: 'a', at: AT, status: 'open', size: 3, text: 'x' };
    await store.create(NOTES, note);
    const { document, ...plain } = bodyOf(0);
    expect(plain).toEqual({ id: 'a', at: AT, status: 'open', size: 3 });
    expect(JSON.parse(document as string)).toEqual(note);
  });

  it('leaves out what cannot be asked for', async () => {
    await store.create(NOTES, { id: 'a', at: AT, status: null, size: { of: 1 } });
    expect(bodyOf(0)).not.toHaveProperty('status');
    expect(bodyOf(0)).not.toHaveProperty('size');
  });
});

describe('a read of Cosmos', () => {
  it('asks for no weaker consistency than the account has', async () => {
    await store.create(NOTES, { id: 'a', at: AT });
    await store.read(NOTES, 'a');
    await store.list(NOTES, { limit: 1 });
    expect(service.requests.length).toBeGreaterThan(2);
    for (const { headers } of service.requests) {
      expect(headers).not.toHaveProperty('x-ms-consistency-level');
    }
  });
});

describe('a document in Cosmos', () => {
  const odd: Note = {
    ...{ id: 'a', at: AT, ttl: 1, _etag: 'mine', _ts: 2, _rid: 'mine', _self: '', document: 'x' },
    documentBlob: 'y',
    status: 'lone \ud800 surrogate',
    size: 'NUL \u0000',
  };

  it('may have fields named as those of Cosmos and of the item', async () => {
    const created = await store.create(NOTES, odd);
    expect(await store.read(NOTES, 'a')).toEqual(created);
    expect((await store.list(NOTES, { limit: 1 })).items).toEqual([odd]);
  });

  it('is found by a value that is no UTF-8', async () => {
    await store.create(NOTES, odd);
    expect(bodyOf(0).status).toBe('lone \ufffd surrogate');
    const page = await store.list(NOTES, { limit: 1, where: { status: 'lone \ud800 surrogate' } });
    expect(page.items).toEqual([odd]);
  });

  it('comes back whatever JSON it holds', async () => {
    let id = 0;
    const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
    const property = fc.asyncProperty(json, fc.string({ unit: 'binary' }), async (value, text) => {
      const note = JSON.parse(JSON.stringify({ id: `${id++}`, at: AT, value, text })) as Note;
      const created = await store.create(NOTES, note);
      expect(await store.read(NOTES, note.id)).toEqual(created);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('may be deeper than Cosmos allows an item to be', async () => {
    const value = JSON.parse(`${'['.repeat(300)}1${']'.repeat(300)}`) as unknown;
    await store.create(NOTES, { id: 'a', at: AT, value });
    expect((await store.read(NOTES, 'a'))?.document.value).toEqual(value);
  });

  it('is refused with an id that Cosmos does not take', async () => {
    const ids = ['', 'a/b', 'a\\b', 'a?b', 'a#b', 'a\nb', 'a ', 'é'.repeat(128), '\ud800'];
    for (const id of ids) {
      await expect(store.create(NOTES, { id, at: AT }), id).rejects.toThrow(InvariantError);
      await expect(store.read(NOTES, id), id).rejects.toThrow(InvariantError);
      await expect(store.delete(NOTES, id), id).rejects.toThrow(InvariantError);
    }
    expect(service.requests).toEqual([]);
  });

  it('may have any other id', async () => {
    for (const id of ['a b', '100%', 'é', '日本語', 'a:b;c=d&e+f', "'", '"', 'x'.repeat(255)]) {
      const created = await store.create(NOTES, { id, at: AT });
      expect(await store.read(NOTES, id), id).toEqual(created);
      expect(await store.delete(NOTES, id), id).toBe(true);
    }
  });

  it('is refused without a timestamp', async () => {
    const note = { id: 'a' } as unknown as Note;
    await expect(store.create(NOTES, note)).rejects.toThrow(/no timestamp in "at"/);
  });
});

describe('a collection in Cosmos', () => {
  it('is refused where its fields are the item’s own', async () => {
    for (const field of ['id', 'ttl', 'document', '_ts', 'a b']) {
      const collection: Collection<Note> = { ...NOTES, indexed: [field] };
      await expect(store.read(collection, 'a'), field).rejects.toThrow(InvariantError);
    }
  });

  it('is made once by those who come at the same time', async () => {
    const { connection } = service;
    const blobs = new MemoryBlobs();
    const other = new CosmosStore({ connection, database: `d${databases - 1}`, blobs });
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(
      ids.flatMap((id) =>
        [store, other].map((s, n) => s.create(NOTES, { id: `${id}${n}`, at: AT })),
      ),
    );
    expect((await other.list(NOTES, { limit: 100 })).items).toHaveLength(8);
    await other.close();
  });

  it('needs a connection string that is one, and does not repeat it', async () => {
    const connection = { kind: 'string', value: 'hunter2' } as const;
    const broken = new CosmosStore({ connection, database: 'd', blobs: new MemoryBlobs() });
    const error = await broken.read(NOTES, 'a').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).not.toContain('hunter2');
  });
});
