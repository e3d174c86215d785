import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { InvariantError, RetryableError } from '../../errors/errors.ts';
import type { Document, WriteOptions } from '../../ports/document-store.ts';
import type { BlobStore } from './blob-store.ts';

/**
 * A document as an item carries it: JSON text, since Cosmos would refuse what JSON allows (more than
 * 128 levels, lone surrogates), and no field can then collide with one of the item's own.
 * https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits
 */
export interface PackedDocument {
  readonly document?: string;
  /** Base64. */
  readonly documentGzip?: string;
  /** The gzip's name in the blob container `documents`. */
  readonly documentBlob?: string;
}

export const PACKED_FIELDS = ['document', 'documentGzip', 'documentBlob'] as const;

/** What a gzip saves in request units below this is less than its time on the CPU. */
const MAX_TEXT_CHARS = 100_000;
/** An item may have 2 MB, its other fields included. */
const MAX_GZIP_CHARS = 1_500_000;
const CONTAINER = 'documents';

const DAY_SECONDS = 86_400;
/** The account's rules delete what has been in `expire-<days>/` for so long. Retention ends before. */
export const BLOB_DAYS = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export type Blobs = Pick<BlobStore, 'put' | 'get' | 'delete'>;

export interface PackOptions extends WriteOptions {
  /** Of the version that is replaced. */
  readonly etag?: string | undefined;
}

/**
 * The blob is there before the item that names it. A write that is repeated gives it the same name, and
 * another version another one, be its document the same: that of a version that is gone is deleted.
 */
export async function packDocument(
  collection: string,
  document: Document,
  blobs: Blobs,
  options: PackOptions = {},
): Promise<PackedDocument> {
  const text = JSON.stringify(document);
  if (text.length <= MAX_TEXT_CHARS) return { document: text };
  const bytes = await compress(text);
  const documentGzip = bytes.toString('base64');
  if (documentGzip.length <= MAX_GZIP_CHARS) return { documentGzip };
  const { etag = '' } = options;
  const digest = createHash('sha256').update(`${etag}\n`).update(bytes).digest('hex');
  const documentBlob = `${toFolder(options)}${collection}/${document.id}/${digest}.json.gz`;
  await blobs.put(CONTAINER, documentBlob, bytes);
  return { documentBlob };
}

export async function deleteBlobOf({ documentBlob }: PackedDocument, blobs: Blobs): Promise<void> {
  if (documentBlob !== undefined) await blobs.delete(CONTAINER, documentBlob);
}

/** A blob has no time to live: it is deleted after its document, within twice the time and a day. */
function toFolder({ ttlSeconds }: WriteOptions): string {
  if (ttlSeconds === undefined) return '';
  const days = BLOB_DAYS.find((days) => days * DAY_SECONDS >= ttlSeconds + DAY_SECONDS);
  return days === undefined ? '' : `expire-${days}/`;
}

/** @throws {RetryableError} `blob_missing`, and what the blobs throw */
export async function unpackDocument<T extends Document>(
  packed: PackedDocument,
  blobs: Blobs,
): Promise<T> {
  if (packed.document !== undefined) return JSON.parse(packed.document) as T;
  const bytes = await readGzip(packed, blobs);
  return JSON.parse((await decompress(bytes)).toString()) as T;
}

async function readGzip(
  { documentGzip, documentBlob }: PackedDocument,
  blobs: Blobs,
): Promise<Buffer> {
  if (documentGzip !== undefined) return Buffer.from(documentGzip, 'base64');
  if (documentBlob === undefined) {
    throw new InvariantError(
      'expected an item that Heddle has written, received one without a document',
    );
  }
  const bytes = await blobs.get(CONTAINER, documentBlob);
  if (bytes) return bytes;
  throw new RetryableError(
    'blob_missing',
    `expected the blob ${documentBlob} in the container ${CONTAINER}, received none: it was deleted, or AzureWebJobsStorage names another account than when the document was written`,
  );
}
