import { InvariantError } from '../../errors/errors.ts';
import type { Document } from '../../ports/document-store.ts';
import { type CosmosLayout, toIndexed } from './cosmos-layout.ts';
import {
  type Blobs,
  type PackedDocument,
  type PackOptions,
  packDocument,
} from './packed-document.ts';

/** The packed document, with the fields that queries name beside it. */
export type CosmosItem = PackedDocument & {
  readonly id: string;
  readonly ttl?: number;
  readonly [field: string]: unknown;
};

/** https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits */
const MAX_ID_BYTES = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN_IN_ID = /[/\\?#\u0000-\u001f\u007f]|\s$/;

/** @throws {InvariantError} for an id that Cosmos would refuse, or lose in a URL */
export function checkId(collection: string, id: string): void {
  const bytes = Buffer.byteLength(id);
  const isFit = bytes >= 1 && bytes <= MAX_ID_BYTES && id.isWellFormed();
  if (isFit && !FORBIDDEN_IN_ID.test(id)) return;
  throw new InvariantError(
    `${collection}: expected an id of 1 to ${MAX_ID_BYTES} bytes without / \\ ? # and control characters, received ${JSON.stringify(id.slice(0, 80))} (${bytes} bytes): make a digest of it`,
  );
}

export async function toItem(
  { name, indexed, time }: CosmosLayout,
  document: Document,
  blobs: Blobs,
  options: PackOptions = {},
): Promise<CosmosItem> {
  const { ttlSeconds } = options;
  checkId(name, document.id);
  const fields = document as unknown as Readonly<Record<string, unknown>>;
  if (typeof fields[time] !== 'string') {
    throw new InvariantError(`${name}: ${document.id} has no timestamp in "${time}"`);
  }
  const values = [time, ...indexed].map((field) => [field, toIndexed(fields[field])]);
  return {
    ...Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    ...(await packDocument(name, document, blobs, options)),
    id: document.id,
    // Cosmos accepts whole seconds from 1. Without `ttl` the container's default of -1 keeps the
    // item.
    ...(ttlSeconds === undefined ? {} : { ttl: Math.max(1, Math.ceil(ttlSeconds)) }),
  };
}
