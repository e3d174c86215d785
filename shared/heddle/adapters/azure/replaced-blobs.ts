import { type Blobs, deleteBlobOf, type PackedDocument } from './packed-document.ts';

/** Who replaces a document has read it, or written it, a moment before. */
const MAX_KNOWN = 1000;

interface Version {
  readonly etag: string;
  readonly packed: PackedDocument;
}

/**
 * Deletes the blob of a version that was replaced: nobody else would, where documents have no time to
 * live. One that is not known here, or cannot be deleted, stays. Whoever has found the item before it
 * was replaced, and not its blob, reads the item again.
 */
export class ReplacedBlobs {
  readonly #blobs: Blobs;
  readonly #known = new Map<string, Version>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** @param subject the document, by its collection and id */
  note(subject: string, etag: string, packed: PackedDocument): void {
    this.#known.delete(subject);
    if (packed.documentBlob === undefined) return;
    this.#known.set(subject, { etag, packed });
    const [oldest] = this.#known.size > MAX_KNOWN ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** @param etag of the version that is there no more */
  async drop(subject: string, etag: string): Promise<void> {
    const known = this.#known.get(subject);
    if (known?.etag !== etag) return;
    this.#known.delete(subject);
    await deleteBlobOf(known.packed, this.#blobs).catch(() => undefined);
  }
}
