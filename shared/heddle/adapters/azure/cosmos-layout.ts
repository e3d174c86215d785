import type { ContainerRequest } from '@azure/cosmos';
import { InvariantError } from '../../errors/errors.ts';
import type { Collection, Document, IndexValue } from '../../ports/document-store.ts';
import { PACKED_FIELDS } from './packed-document.ts';

/** A collection whose names are checked, since they become part of queries and paths. */
export interface CosmosLayout {
  readonly name: string;
  readonly indexed: readonly string[];
  readonly time: string;
}

const IDENTIFIER = /^[A-Za-z]\w*$/;
const OWN_FIELDS: readonly string[] = ['id', 'ttl', ...PACKED_FIELDS];

export function toLayout<T extends Document>(collection: Collection<T>): CosmosLayout {
  const { name, indexed, time } = collection;
  for (const field of [time, ...indexed]) {
    if (IDENTIFIER.test(field) && !OWN_FIELDS.includes(field)) continue;
    throw new InvariantError(`collection ${name}: "${field}" cannot be a field of a Cosmos item`);
  }
  return { name, indexed, time };
}

/**
 * The container settings that the deployment also applies; used here for emulators.
 * Lists order by time and id, after the field that they filter by. Cosmos needs a composite index of
 * exactly these fields, in the same directions or all in the opposite ones. The emulator of the tests
 * does not support the opposite ones, so there is an index for each direction.
 * https://learn.microsoft.com/azure/cosmos-db/index-policy#order-by-queries-on-multiple-properties
 */
export function toContainerRequest({ name, indexed, time }: CosmosLayout): ContainerRequest {
  const toIndexes = (...fields: readonly string[]) =>
    (['descending', 'ascending'] as const).map((order) =>
      [...fields, time, 'id'].map((field) => ({ path: `/${field}`, order })),
    );
  return {
    id: name,
    partitionKey: { paths: ['/id'], version: 2 },
    defaultTtl: -1,
    indexingPolicy: {
      includedPaths: [time, ...indexed].map((field) => ({ path: `/${field}/?` })),
      excludedPaths: [{ path: '/*' }],
      compositeIndexes: [toIndexes(), ...indexed.map((field) => toIndexes(field))].flat(),
    },
  };
}

/**
 * Converts a value to its stored form for queries; Cosmos compares types too. Lone surrogates,
 * which UTF-8 lacks, are replaced.
 */
export function toIndexed(value: unknown): IndexValue | undefined {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
