import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CosmosStore } from '../../../shared/heddle/adapters/azure/cosmos-store.ts';
import {
  ConflictError,
  InvariantError,
  RetryableError,
} from '../../../shared/heddle/errors/errors.ts';
import type { Collection } from '../../../shared/heddle/ports/document-store.ts';
import {
  type CosmosFault,
  type CosmosService,
  startCosmosService,
} from '../../helpers/cosmos-service.ts';
import { MemoryBlobs } from '../../helpers/memory-blobs.ts';

interface Note {
  readonly id: string;
  readonly at: string;
  readonly text?: string;
}

const NOTES: Collection<Note> = { name: 'notes', indexed: [], time: 'at' };
const NOTE: Note = { id: 'a', at: '2026-01-01T00:00:00.000Z' };

let service: CosmosService;
let store: CosmosStore;
let databases = 0;

beforeAll(async () => {
  service = await startCosmosService();
});
afterAll(() => service.close());
beforeEach(async () => {
  const { connection } = service;
  store = new CosmosStore({ connection, database: `d${databases++}`, blobs: new MemoryBlobs() });
  // The first use of a container makes further requests.
  await store.create(NOTES, { ...NOTE, id: 'first' });
  service.clear();
});
afterEach(() => store.close());

const busy = (ms: number): CosmosFault => ({
  status: 429,
  headers: { 'x-ms-retry-after-ms': String(ms), 'x-ms-substatus': '3200' },
});

const notFound = (substatus: number): CosmosFault => ({
  status: 404,
  headers: { 'x-ms-substatus': String(substatus) },
});

async function failureOf(work: Promise<unknown>): Promise<RetryableError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(RetryableError);
  expect((error as RetryableError).code).toBe('store_unavailable');
  expect((error as RetryableError).cause).toBeDefined();
  return error as RetryableError;
}

describe('when Cosmos is busy', () => {
  it('a write waits as long as it says', async () => {
    const faults = { busy: busy(30), contended: { status: 449 } };
    for (const [id, fault] of Object.entries(faults)) {
      service.clear();
      service.fail(fault, fault);
      const { etag } = await store.create(NOTES, { ...NOTE, id });
      expect(service.requests).toHaveLength(3);
      expect(etag).toBeTruthy();
    }
  });

  it('reads and lists wait too', async () => {
    service.fail(busy(10));
    expect((await store.read(NOTES, 'first'))?.document.id).toBe('first');
    service.fail(busy(10));
    expect((await store.list(NOTES, { limit: 5 })).items).toHaveLength(1);
  });

  it('it is not asked more than four times', async () => {
    service.fail(busy(10), busy(10), busy(10), busy(10), busy(10));
    const { retryAfter } = await failureOf(store.create(NOTES, NOTE));
    expect(retryAfter).toBe(1);
    expect(service.requests).toHaveLength(4);
  });

  it('a long wait is left to the caller', async () => {
    service.fail(busy(29_001));
    const { retryAfter } = await failureOf(store.create(NOTES, NOTE));
    expect(retryAfter).toBe(30);
    expect(service.requests).toHaveLength(1);
  });
});

describe('when it is not known whether Cosmos has written', () => {
  const unclear: readonly CosmosFault[] = [
    'cut before',
    'cut after',
    { status: 408 },
    { status: 500 },
    { status: 503, body: '' },
    { status: 502, body: '<html>bad gateway</html>', headers: { 'content-type': 'text/html' } },
  ];

  it('a create is sent once and the caller is told', async () => {
    for (const fault of unclear) {
      service.clear();
      service.fail(fault);
      await failureOf(store.create(NOTES, { ...NOTE, id: `id${unclear.indexOf(fault)}` }));
      expect(service.requests).toHaveLength(1);
    }
  });

  it('a create that was done all the same is found by who tries again', async () => {
    service.fail('cut after');
    await failureOf(store.create(NOTES, { ...NOTE, text: 'mine' }));
    await expect(store.create(NOTES, { ...NOTE, text: 'mine' })).rejects.toThrow(ConflictError);
    expect((await store.read(NOTES, 'a'))?.document.text).toBe('mine');
  });

  it('a replacement is sent once, and one that was done has moved the etag', async () => {
    const { etag } = await store.create(NOTES, NOTE);
    service.clear();
    service.fail('cut after');
    await failureOf(store.replace(NOTES, { ...NOTE, text: 'new' }, etag));
    expect(service.requests).toHaveLength(1);
    await expect(store.replace(NOTES, { ...NOTE, text: 'new' }, etag)).rejects.toMatchObject({
      code: 'etag',
    });
    expect((await store.read(NOTES, 'a'))?.document.text).toBe('new');
  });
});

describe('when Cosmos refuses', () => {
  it('a precondition that fails is a conflict', async () => {
    service.fail({ status: 412 });
    const error = await store.replace(NOTES, NOTE, 'etag').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ code: 'etag' });
  });

  it('the message names the role and the setting, and no key', async () => {
    for (const status of [401, 403]) {
      service.fail({
        status,
        headers: { 'x-ms-substatus': '5300' },
        body: '{"message":"sig=abc"}',
      });
      const { message } = await failureOf(store.read(NOTES, 'a'));
      expect(message).toMatch(/Cosmos DB Built-in Data Contributor.*Cosmos__accountEndpoint/);
      expect(message).toContain(`${status}/5300`);
      expect(message).not.toContain('sig=');
    }
  });

  it('a request at fault is a fault of ours', async () => {
    for (const status of [400, 413]) {
      service.fail({ status });
      await expect(store.create(NOTES, NOTE)).rejects.toThrow(InvariantError);
    }
  });
});

describe('when Cosmos does not find', () => {
  it('a replica that is new enough, a read is tried again', async () => {
    service.fail(notFound(1002), notFound(1002));
    expect((await store.read(NOTES, 'first'))?.document.id).toBe('first');
  });

  it('never, the document is not taken for missing', async () => {
    const lagging = Array.from({ length: 4 }, () => notFound(1002));
    service.fail(...lagging);
    await failureOf(store.read(NOTES, 'first'));
    expect(service.requests).toHaveLength(4);
    service.fail(...lagging);
    await failureOf(store.delete(NOTES, 'first'));
    service.fail(...lagging);
    await failureOf(store.replace(NOTES, NOTE, 'etag'));
  });

  it('the container, the message says what to deploy', async () => {
    service.fail(notFound(1003));
    const { message } = await failureOf(store.read(NOTES, 'a'));
    expect(message).toContain('HEDDLE_COSMOS_DATABASE');
    service.fail(notFound(1003));
    await failureOf(store.list(NOTES, { limit: 1 }));
  });
});

describe('when Cosmos cannot be reached', () => {
  it('each operation says so', async () => {
    const connection = {
      kind: 'string',
      value: 'AccountEndpoint=http://127.0.0.1:1/;AccountKey=c2VjcmV0;',
    } as const;
    const lost = new CosmosStore({ connection, database: 'd', blobs: new MemoryBlobs() });
    const works = [
      () => lost.create(NOTES, NOTE),
      () => lost.read(NOTES, 'a'),
      () => lost.delete(NOTES, 'a'),
    ];
    for (const work of works) {
      const { message } = await failureOf(work());
      expect(message).toContain('ECONNREFUSED');
      expect(message).not.toContain('c2VjcmV0');
    }
    await lost.close();
  });

  it('and has come back without its containers, the next call but one makes them', async () => {
    const made = service.containers.length;
    service.fail(notFound(1003));
    await failureOf(store.create(NOTES, NOTE));
    expect(service.containers).toHaveLength(made);
    await store.create(NOTES, NOTE);
    expect(service.containers.length).toBeGreaterThan(made);
  });
});
