import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  toContainerRequest,
  toLayout,
} from '../../../shared/heddle/adapters/azure/cosmos-layout.ts';
import { toQuerySpecs } from '../../../shared/heddle/adapters/azure/cosmos-query.ts';
import { CosmosStore } from '../../../shared/heddle/adapters/azure/cosmos-store.ts';
import { COLLECTIONS, EVENTS, RUNS } from '../../../shared/heddle/ports/collections.ts';
import type { Collection, Document } from '../../../shared/heddle/ports/document-store.ts';
import { type CosmosService, startCosmosService } from '../../helpers/cosmos-service.ts';
import { MemoryBlobs } from '../../helpers/memory-blobs.ts';

interface Note {
  readonly id: string;
  readonly at: string;
  readonly topic: string;
  readonly status: string;
}

const NOTES: Collection<Note> = { name: 'notes', indexed: ['topic', 'status'], time: 'at' };
const where = { status: 'open', topic: 'x' };
const collections = COLLECTIONS as unknown as readonly Collection<Document>[];

/** The fields that a query orders by, and the direction. */
function toOrder(query: string) {
  const keys = [...query.slice(query.indexOf('ORDER BY')).matchAll(/c\["(\w+)"\] (ASC|DESC)/g)];
  return { fields: keys.map(([, field]) => field), directions: new Set(keys.map(([, , d]) => d)) };
}

describe('a list in Cosmos', () => {
  it.each(collections.map((collection) => [collection.name, collection] as const))(
    'has an index of all that it orders by, whatever it filters by: %s',
    (_name, collection) => {
      const layout = toLayout(collection);
      const indexes = toContainerRequest(layout).indexingPolicy?.compositeIndexes ?? [];
      const known = indexes.map((index) => index.map(({ path }) => path.slice(1)).join());
      for (const isAscending of [true, false]) {
        for (const filter of [{}, ...collection.indexed.map((field) => ({ [field]: 'x' }))]) {
          const specs = toQuerySpecs(layout, { where: filter, isAscending, limit: 1 });
          const { fields, directions } = toOrder((specs.driven ?? specs.plain).query);
          expect(fields).toEqual([...Object.keys(filter), collection.time, 'id']);
          expect(known).toContain(fields.join());
          expect([...directions]).toEqual([isAscending ? 'ASC' : 'DESC']);
        }
      }
    },
  );

  it('is never driven by its source or status where it has another filter', () => {
    for (const collection of [EVENTS, RUNS] as unknown as readonly Collection<Document>[]) {
      const others = collection.indexed.filter((field) => !['source', 'status'].includes(field));
      for (const field of others) {
        const filter = { status: 'x', source: 'x', [field]: 'x' };
        const { driven } = toQuerySpecs(toLayout(collection), { where: filter, limit: 1 });
        expect(toOrder(driven?.query ?? '').fields[0]).toBe(field);
      }
    }
  });

  it('has the index in the template too', () => {
    const bicep = readFileSync(resolve(import.meta.dirname, '../../../infra/app/cosmos.bicep'));
    expect(String(bicep)).toContain('concat([[]], map(item.fields, field => [field]))');
    expect(String(bicep)).toContain("concat(fields, [item.time, 'id'])");
  });
});

describe('a list of a container', () => {
  let service: CosmosService;
  let store: CosmosStore;

  beforeAll(async () => {
    service = await startCosmosService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    store = new CosmosStore({
      connection: service.connection,
      database: 'lists',
      blobs: new MemoryBlobs(),
    });
    await store.create(NOTES, { id: 'a', at: '2026-01-01T00:00:00.000Z', ...where });
    service.clear();
  });
  afterEach(async () => {
    await store.delete(NOTES, 'a');
    await store.close();
  });

  const orders = () =>
    service.requests.map(({ body }) => toOrder(body.replaceAll('\\"', '"')).fields);

  it('orders by the most selective field of its filter first', async () => {
    const { items } = await store.list(NOTES, { where, limit: 5 });
    expect(items).toHaveLength(1);
    expect(orders().at(-1)).toEqual(['topic', 'at', 'id']);
  });

  it('that an earlier version deployed orders without it', async () => {
    service.fail({ status: 400 });
    const { items } = await store.list(NOTES, { where, limit: 5 });
    expect(items).toHaveLength(1);
    expect(orders().at(-1)).toEqual(['at', 'id']);
  });

  it('is refused once where the query itself is at fault', async () => {
    service.fail({ status: 400 }, { status: 400 });
    await expect(store.list(NOTES, { where, limit: 5 })).rejects.toThrow('the request is at fault');
    service.fail({ status: 400 });
    await expect(store.list(NOTES, { limit: 5 })).rejects.toThrow('the request is at fault');
  });
});
