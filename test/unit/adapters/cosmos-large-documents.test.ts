import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CosmosStore } from '../../../shared/heddle/adapters/azure/cosmos-store.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import type { Collection } from '../../../shared/heddle/ports/document-store.ts';
import { type CosmosService, startCosmosService } from '../../helpers/cosmos-service.ts';
import { MemoryBlobs } from '../../helpers/memory-blobs.ts';

interface Note {
  readonly id: string;
  readonly at: string;
  readonly status: string;
  readonly text: string;
}

const NOTES: Collection<Note> = { name: 'notes', indexed: ['status'], time: 'at' };

const toNote = (id: string, text: string): Note => ({
  ...{ id, text, status: 'open' },
  at: '2026-01-01T00:00:00.000Z',
});

/** Text that gzip does not shrink. */
const noise = (bytes: number) => randomBytes(bytes).toString('base64');

const small = toNote('small', 'x'.repeat(90_000));
const compressible = toNote('zipped', `NUL \u0000 😀 ${'many words '.repeat(200_000)}`);
const large = toNote('large', noise(1_600_000));

let service: CosmosService;
let blobs: MemoryBlobs;
let store: CosmosStore;
let databases = 0;

beforeAll(async () => {
  service = await startCosmosService();
});
afterAll(() => service.close());
beforeEach(() => {
  service.clear();
  blobs = new MemoryBlobs();
  store = new CosmosStore({ connection: service.connection, database: `d${databases++}`, blobs });
  return () => store.close();
});

async function itemOf(note: Note): Promise<Record<string, unknown>> {
  await store.create(NOTES, note);
  return JSON.parse(service.requests.at(-1)?.body ?? 'null') as Record<string, unknown>;
}

describe('a document', () => {
  it('is text in its item up to 100,000 characters', async () => {
    expect(Object.keys(await itemOf(small)).sort()).toEqual(['at', 'document', 'id', 'status']);
    expect(blobs.blobs.size).toBe(0);
  });

  it('is a gzip in its item beyond, with the fields that are asked for beside it', async () => {
    const item = await itemOf(compressible);
    expect(item).toMatchObject({ id: 'zipped', status: 'open', at: compressible.at });
    expect(Object.keys(item).sort()).toEqual(['at', 'documentGzip', 'id', 'status']);
    expect(JSON.stringify(item).length).toBeLessThan(20_000);
    expect(blobs.blobs.size).toBe(0);
  });

  it('is in a blob when the item would be too large', async () => {
    const item = await itemOf(large);
    expect(Object.keys(item).sort()).toEqual(['at', 'documentBlob', 'id', 'status']);
    expect([...blobs.blobs.keys()]).toEqual([`documents/${item.documentBlob}`]);
    expect(item.documentBlob).toMatch(/^notes\/large\/[0-9a-f]{64}\.json\.gz$/);
  });

  it.each([
    [86_400, 2],
    [30 * 86_400, 32],
    [32 * 86_400, 64],
    [3657 * 86_400, 4096],
  ])('that is kept for %i seconds is in a folder that outlives it: %i days', async (ttl, days) => {
    const { document, etag } = await store.create(NOTES, large, { ttlSeconds: ttl });
    const [name] = [...blobs.blobs.keys()];
    expect(name).toMatch(new RegExp(`^documents/expire-${days}/notes/large/[0-9a-f]{64}`));
    expect(await store.read(NOTES, 'large')).toEqual({ document, etag });
  });

  it('fits an item however it is kept', async () => {
    const notes = [
      toNote('quotes', '"'.repeat(49_000)),
      toNote('wide', '\u0800'.repeat(99_000)),
      toNote('border', noise(1_120_000)),
    ];
    for (const note of notes) {
      const bytes = Buffer.byteLength(JSON.stringify(await itemOf(note)));
      expect(bytes, note.id).toBeLessThan(1_900_000);
    }
  });

  it('is read and listed wherever it is', async () => {
    for (const note of [small, compressible, large]) {
      const created = await store.create(NOTES, note);
      expect(await store.read(NOTES, note.id)).toEqual(created);
    }
    const { items } = await store.list(NOTES, { limit: 10, where: { status: 'open' } });
    expect(items).toEqual([compressible, small, large]);
  });

  it('moves where it fits with every replacement', async () => {
    let { etag } = await store.create(NOTES, toNote('a', 'short'));
    for (const text of [large.text, 'short', compressible.text, large.text]) {
      const replaced = await store.replace(NOTES, toNote('a', text), etag);
      expect(await store.read(NOTES, 'a')).toEqual(replaced);
      etag = replaced.etag;
    }
  });

  it('in a blob has the same name however often it is written', async () => {
    await store.create(NOTES, large);
    await expect(store.create(NOTES, large)).rejects.toMatchObject({ code: 'exists' });
    expect(blobs.blobs.size).toBe(1);
  });

  it('leaves no blob of a version behind that it has replaced', async () => {
    let { etag } = await store.create(NOTES, large);
    for (const text of [noise(1_600_000), noise(1_600_000), 'short']) {
      ({ etag } = await store.replace(NOTES, toNote('large', text), etag));
      expect(blobs.blobs.size).toBe(text === 'short' ? 0 : 1);
    }
  });

  it('has another blob than an earlier version of the same text', async () => {
    const { etag } = await store.create(NOTES, large);
    const [first] = [...blobs.blobs.keys()];
    await store.replace(NOTES, large, etag);
    expect([...blobs.blobs.keys()]).not.toContain(first);
    expect((await store.read(NOTES, 'large'))?.document).toEqual(large);
  });

  it('is read again where it was replaced between its item and its blob', async () => {
    const { etag } = await store.create(NOTES, large);
    const next = toNote('large', noise(1_600_000));
    for (const read of [
      async () => (await store.read(NOTES, 'large'))?.document,
      async () => (await store.list(NOTES, { limit: 1 })).items[0],
    ]) {
      const get = blobs.get.bind(blobs);
      blobs.get = async () => {
        blobs.get = get;
        await store.replace(NOTES, next, etag).catch(() => undefined);
        return undefined;
      };
      expect(await read()).toEqual(next);
    }
  });

  it('is not written where its blob cannot be', async () => {
    const down = new RetryableError('blob_unavailable', 'down');
    blobs.put = () => Promise.reject(down);
    await expect(store.create(NOTES, large)).rejects.toBe(down);
    expect(service.requests).toEqual([]);
  });

  it('whose blob is missing is an error that says which, and no empty result', async () => {
    await store.create(NOTES, large);
    blobs.blobs.clear();
    const works = [() => store.read(NOTES, 'large'), () => store.list(NOTES, { limit: 1 })];
    for (const work of works) {
      const error = await work().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RetryableError);
      expect(error).toMatchObject({ code: 'blob_missing' });
      expect(String(error)).toContain('notes/large/');
    }
  });
});
