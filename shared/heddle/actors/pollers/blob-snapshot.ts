import type { Json } from '../../domain/json.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { BlobPage, ListedBlob } from '../../ports/probes.ts';
import { PathPattern } from './files/glob.ts';

/** ETags by blob name. */
export type Snapshot = Map<string, string>;

export const BLOB_EVENTS = ['created', 'modified', 'deleted'] as const;

/** A change of one blob since the snapshot. */
export type BlobChange =
  | { readonly event: 'created' | 'modified'; readonly blob: ListedBlob }
  | { readonly event: 'deleted'; readonly name: string; readonly etag: string };

/** Bounds the snapshot, which is stored as one document. */
const MAX_BLOBS = 500_000;

/**
 * A snapshot in stored form. Listings are sorted, so neighbouring names share a prefix: each name
 * is stored as the length of that prefix and the rest.
 * @example ['logs/2026-01-01.txt', '0x1', …] → [0, 'logs/2026-01-01.txt', '0x1', 14, '2.txt', '0x2']
 */
export class PackedSnapshot {
  readonly items: Json[] = [];
  #before = '';

  /** @throws {TerminalError} `too_many_blobs` */
  add(name: string, etag: string): void {
    const shared = countShared(this.#before, name);
    this.items.push(shared, name.slice(shared), etag);
    this.#before = name;
    if (this.items.length <= 3 * MAX_BLOBS) return;
    throw new TerminalError(
      'too_many_blobs',
      `expected at most ${MAX_BLOBS} blobs, received more: watch a longer prefix, or ignore some`,
    );
  }
}

export function unpackSnapshot(packed: readonly Json[]): Snapshot {
  const snapshot: Snapshot = new Map();
  let name = '';
  for (let index = 0; index < packed.length; index += 3) {
    name = name.slice(0, Number(packed[index])) + String(packed[index + 1]);
    snapshot.set(name, String(packed[index + 2]));
  }
  return snapshot;
}

function countShared(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let count = 0;
  while (count < end && a.charCodeAt(count) === b.charCodeAt(count)) count++;
  return count;
}

/**
 * Compiles glob patterns; one without a slash applies to the last part of a name.
 * @throws an error that names the fault in a pattern
 */
export function createIgnore(patterns: readonly string[]): (name: string) => boolean {
  const compiled = patterns.map((one) => new PathPattern(toSegments(one), { hidden: true }));
  return (name) => compiled.some((pattern) => pattern.matches(name));
}

function toSegments(pattern: string): readonly string[] {
  if (!pattern.includes('/')) return ['**', pattern];
  const segments = pattern.endsWith('/')
    ? [...pattern.slice(0, -1).split('/'), '**']
    : pattern.split('/');
  return segments.at(-1) === '**' ? [...segments, '*'] : segments;
}

export interface Comparison {
  readonly pages: AsyncIterable<BlobPage>;
  /** Undefined at first: every blob found counts as known. Comparing empties the map. */
  readonly known: Snapshot | undefined;
  readonly isIgnored: (name: string) => boolean;
  readonly isWanted: (event: BlobChange['event']) => boolean;
  readonly max: number;
}

export interface Compared {
  readonly changes: readonly BlobChange[];
  readonly containerUrl: string;
  /** The new snapshot. It has `changes`, but none beyond `max`: the next poll finds those again. */
  readonly packed: readonly Json[];
}

/** @throws {TerminalError} `too_many_blobs`; errors of the listing: half a listing is no use */
export async function compare(comparison: Comparison): Promise<Compared> {
  const { pages, isIgnored } = comparison;
  const changes = new Changes(comparison);
  let containerUrl = '';
  for await (const page of pages) {
    containerUrl = page.containerUrl;
    for (const blob of page.blobs) if (!isIgnored(blob.name)) changes.see(blob);
  }
  changes.endListing();
  return { changes: changes.found, containerUrl, packed: changes.snapshot.items };
}

class Changes {
  readonly found: BlobChange[] = [];
  readonly snapshot = new PackedSnapshot();
  readonly #comparison: Comparison;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  see(blob: ListedBlob): void {
    const { known } = this.#comparison;
    const { name, etag } = blob;
    const before = known?.get(name);
    known?.delete(name);
    const event = before === undefined ? 'created' : 'modified';
    const isNews = known !== undefined && before !== etag;
    if (!isNews || this.#report({ event, blob })) this.snapshot.add(name, etag);
    else if (before !== undefined) this.snapshot.add(name, before);
  }

  /** Reports as deleted the known blobs that were not listed. */
  endListing(): void {
    const { known = [], isIgnored } = this.#comparison;
    for (const [name, etag] of known) {
      if (isIgnored(name)) continue;
      if (!this.#report({ event: 'deleted', name, etag })) this.snapshot.add(name, etag);
    }
  }

  /** @returns false when `max` changes have been reported already */
  #report(change: BlobChange): boolean {
    const { isWanted, max } = this.#comparison;
    if (!isWanted(change.event)) return true;
    if (this.found.length >= max) return false;
    this.found.push(change);
    return true;
  }
}
