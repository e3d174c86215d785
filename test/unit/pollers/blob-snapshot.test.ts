import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlobChange,
  compare,
  createIgnore,
  PackedSnapshot,
  type Snapshot,
  unpackSnapshot,
} from '../../../shared/heddle/actors/pollers/blob-snapshot.ts';

const name = fc.oneof(
  fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '/') }),
  fc.string({ minLength: 1, unit: 'binary' }),
);
const snapshot = fc
  .array(fc.tuple(name, fc.constantFrom('1', '2', '3')))
  .map((entries): Snapshot => new Map(entries));

/** Lists the present blobs, in pages of two. */
async function* list(now: Snapshot) {
  const all = [...now].map(([name, etag]) => ({ name, etag, size: 0, modifiedAt: '' }));
  for (let from = 0; from < all.length; from += 2) {
    yield { containerUrl: '', blobs: all.slice(from, from + 2) };
  }
}

/** Applies a change as its receiver would, and checks that it is new. */
function apply(change: BlobChange, seen: Snapshot): void {
  if (change.event === 'deleted') {
    expect(seen.delete(change.name)).toBe(true);
    return;
  }
  const { name, etag } = change.blob;
  expect(seen.has(name)).toBe(change.event === 'modified');
  expect(seen.get(name)).not.toBe(etag);
  seen.set(name, etag);
}

const toSorted = (names: Snapshot) => new Map([...names].sort());

describe('a snapshot', () => {
  it('comes back as it was, through JSON', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const packed = new PackedSnapshot();
        for (const [name, etag] of before) packed.add(name, etag);
        const read = JSON.parse(JSON.stringify(packed.items));
        expect([...unpackSnapshot(read)]).toEqual([...before]);
      }),
    );
  });

  it('says of each name what became of it, however few at a time', async () => {
    const max = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(snapshot, snapshot, max, async (old, now, max) => {
        const seen = new Map(old);
        let known = new Map(old);
        let changes: readonly BlobChange[];
        do {
          const given = { known, max, isIgnored: () => false, isWanted: () => true };
          const compared = await compare({ ...given, pages: list(now) });
          changes = compared.changes;
          known = unpackSnapshot(compared.packed);
          for (const change of changes) apply(change, seen);
        } while (changes.length > 0);
        expect(toSorted(seen)).toEqual(toSorted(now));
        expect(toSorted(known)).toEqual(toSorted(now));
      }),
    );
  });
});

describe('a pattern to ignore', () => {
  it.each([
    ['*.tmp', 'a/b.tmp', true],
    ['*.tmp', 'a.tmp/b', false],
    ['.*', 'a/.b', true],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['a/', 'a/b/.c', true],
    ['**/b/*', 'a/b/c', true],
  ])('%s with %s is %s', (pattern, name, isIgnored) => {
    expect(createIgnore([pattern])(name)).toBe(isIgnored);
  });

  it('takes no longer for a name that was made to take long', () => {
    expect(createIgnore([`${'*a'.repeat(12)}b`])('a'.repeat(1000))).toBe(false);
  });
});
