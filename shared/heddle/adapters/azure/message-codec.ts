import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';
import { RejectedError, RetryableError, TerminalError } from '../../errors/errors.ts';

/** Holds bodies that are too large for the queue. */
export interface ClaimStore {
  put(container: string, name: string, bytes: Buffer): Promise<void>;
  get(container: string, name: string): Promise<Buffer | undefined>;
}

export const CLAIM_CONTAINER = 'claims';

const GZIP_ABOVE_BYTES = 8 * 1024;
/** Service Bus takes 256 KB including headers; the difference is left for those. */
const CLAIM_ABOVE_BYTES = 200 * 1024;
/** Limit of an expanded body: a gzip of a few hundred KB can hold gigabytes. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const CLAIM_START = '{"claim":';
const CLAIM = /^\{"claim":"([0-9a-f]{64})"\}$/;

/**
 * Up to here a text is compressed at once, in a quarter of a millisecond at most. The way to another
 * thread and back costs more than that. The fastest level makes it a sixth larger.
 */
const AT_ONCE_BYTES = 64 * 1024;
const FAST = { level: 1 };
/** What expands at once may have a thousand times as many bytes. */
const EXPAND_AT_ONCE_BYTES = 8 * 1024;

const compressApart = promisify(gzip);
const expandApart = promisify(gunzip);

/**
 * Converts a message's text to bytes and back. The first bytes tell the format:
 *
 * 1. Plain text: up to 8 KB, readable in the portal.
 * 2. Gzip. No UTF-8 text can be mistaken for it: its second byte, 8b, cannot follow 1f.
 * 3. `{"claim":"…"}` names the blob with the gzipped text. A text that starts like a claim is sent
 *    as gzip, so that no data is taken for a claim.
 * 4. The blob's name is computed from the message's id and text: a repeated send writes the same
 *    blob, and a duplicate with another text does not change what the first one reads.
 */
export class MessageCodec {
  readonly #blobs: ClaimStore;

  constructor({ blobs }: { readonly blobs: ClaimStore }) {
    this.#blobs = blobs;
  }

  /**
   * Resolves when the bytes may be sent: a blob that they name is written.
   * @throws {RejectedError} 413 for a text of more than 64 MB, which no reader would expand
   */
  async encode(id: string, text: string): Promise<Buffer> {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length > MAX_TEXT_BYTES) throw toTooLarge(id, bytes.length);
    if (bytes.length <= GZIP_ABOVE_BYTES && !text.startsWith(CLAIM_START)) return bytes;
    const zipped = await compress(bytes);
    if (zipped.length <= CLAIM_ABOVE_BYTES) return zipped;
    const name = createHash('sha256').update(JSON.stringify(id)).update(bytes).digest('hex');
    await this.#blobs.put(CLAIM_CONTAINER, name, zipped);
    return Buffer.from(`${CLAIM_START}"${name}"}`, 'utf8');
  }

  /**
   * @throws {TerminalError} `message_invalid` for bytes that Heddle did not write
   * @throws {RetryableError} `claim_missing` when the blob is not there
   */
  async decode(bytes: Buffer): Promise<string> {
    if (isGzip(bytes)) return unzip(bytes);
    const text = toText(bytes);
    if (!text.startsWith(CLAIM_START)) return text;
    const name = CLAIM.exec(text)?.[1];
    if (name === undefined) throw toInvalid('starts like a claim check, but names no blob');
    const zipped = await this.#blobs.get(CLAIM_CONTAINER, name);
    if (zipped === undefined) throw toMissing(name);
    if (!isGzip(zipped)) throw toInvalid(`points to the blob ${name}, which is not gzip`);
    return unzip(zipped);
  }
}

async function compress(bytes: Buffer): Promise<Buffer> {
  return bytes.length <= AT_ONCE_BYTES ? gzipSync(bytes, FAST) : compressApart(bytes);
}

async function expand(bytes: Buffer): Promise<Buffer> {
  const options = { maxOutputLength: MAX_TEXT_BYTES };
  const isSmall = bytes.length <= EXPAND_AT_ONCE_BYTES;
  return isSmall ? gunzipSync(bytes, options) : expandApart(bytes, options);
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function unzip(bytes: Buffer): Promise<string> {
  let expanded: Buffer;
  try {
    expanded = await expand(bytes);
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const fault = isTooLarge ? `expands to more than ${MAX_TEXT_BYTES} bytes` : 'is broken gzip';
    throw toInvalid(fault, error);
  }
  return toText(expanded);
}

function toText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw toInvalid('is neither UTF-8 nor gzip', error);
  }
}

function toInvalid(fault: string, cause?: unknown): TerminalError {
  const message = `the queue message ${fault}: expected what Heddle itself sends to its queues`;
  return new TerminalError('message_invalid', message, { cause });
}

function toMissing(name: string): RetryableError {
  return new RetryableError(
    'claim_missing',
    `the queue message's text is in the blob ${name} of the container ${CLAIM_CONTAINER}, which has no such blob: restore it, or look for a lifecycle rule that deletes blobs before their messages are through`,
  );
}

function toTooLarge(id: string, size: number): RejectedError {
  return new RejectedError(
    'message_too_large',
    `The message ${id} has ${size} bytes of text; at most ${MAX_TEXT_BYTES} can be queued.`,
  );
}
