import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { parseExactJson } from '../../domain/exact-json.ts';
import { InvariantError, RetryableError } from '../../errors/errors.ts';
import type { Document, WriteOptions } from '../../ports/document-store.ts';
import type { BlobStore } from './blob-store.ts';

/**
 * The form of a document within an item: JSON text. Cosmos would refuse some valid JSON (more than
 * 128 levels, lone surrogates), and as text no field can collide with one of the item's own.
 * https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits
 */
export interface PackedDocument {
  readonly document?: string;
  /** Base64. */
  readonly documentGzip?: string;
  /** The name of the gzip in the blob container `documents`. */
  readonly documentBlob?: string;
}

export const PACKED_FIELDS = ['document', 'documentGzip', 'documentBlob'] as const;

/** Below this, gzip saves less in request units than its CPU time costs. */
const MAX_TEXT_CHARS = 100_000;
/** An item may have 2 MB, including its other fields. */
const MAX_GZIP_CHARS = 1_500_000;
const CONTAINER = 'documents';

const DAY_SECONDS = 86_400;
/**
 * Rules of the account delete blobs in `expire-<days>/` after that time. Every retention fits into
 * the last.
 */
export const BLOB_DAYS = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export type Blobs = Pick<BlobStore, 'put' | 'get' | 'delete'>;

export interface PackOptions extends WriteOptions {
  /** The etag of the version that is replaced. */
  readonly etag?: string | undefined;
}

/**
 * Writes the blob before the item that names it is written. A repeated write uses the same blob
 * name. Another version uses another name, even for the same document, so that the blob of a
 * replaced version can be deleted.
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

/**
 * The folder whose rule deletes the blob after its document: within twice its time to live and a
 * day. A blob has no time to live of its own.
 */
function toFolder({ ttlSeconds }: WriteOptions): string {
  if (ttlSeconds === undefined) return '';
  const days = BLOB_DAYS.find((days) => days * DAY_SECONDS >= ttlSeconds + DAY_SECONDS);
  return days === undefined ? '' : `expire-${days}/`;
}

/** @throws {RetryableError} `blob_missing`, and the errors of the blobs */
export async function unpackDocument<T extends Document>(
  packed: PackedDocument,
  blobs: Blobs,
): Promise<T> {
  if (packed.document !== undefined) return parseExactJson(packed.document) as T;
  const bytes = await readGzip(packed, blobs);
  return parseExactJson((await decompress(bytes)).toString()) as T;
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
