import { type Blobs, deleteBlobOf, type PackedDocument } from './packed-document.ts';

/** Limit of remembered versions: a document is read or written a moment before it is replaced. */
const MAX_KNOWN = 1000;

interface Version {
  readonly etag: string;
  readonly packed: PackedDocument;
}

/**
 * Deletes the blob of a replaced version, which no rule would delete where documents have no time
 * to live. A blob that is not known here, or cannot be deleted, stays. A reader that found the item
 * before the replacement, but not its blob, reads the item again.
 */
export class ReplacedBlobs {
  readonly #blobs: Blobs;
  readonly #known = new Map<string, Version>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** @param subject the document's collection and id */
  note(subject: string, etag: string, packed: PackedDocument): void {
    this.#known.delete(subject);
    if (packed.documentBlob === undefined) return;
    this.#known.set(subject, { etag, packed });
    const [oldest] = this.#known.size > MAX_KNOWN ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** @param etag the etag of the replaced version */
  async drop(subject: string, etag: string): Promise<void> {
    const known = this.#known.get(subject);
    if (known?.etag !== etag) return;
    this.#known.delete(subject);
    await deleteBlobOf(known.packed, this.#blobs).catch(() => undefined);
  }
}
