import { expect } from 'vitest';
import type { Shown } from './contents.ts';

/** All of them, and no others. What a later version says besides is its own. */
export function expectAll(
  found: readonly Shown[],
  left: readonly Shown[],
  ...keys: readonly string[]
): void {
  const toIds = (all: readonly Shown[]) =>
    byKeys(all, keys).map((one) => keys.map((key) => one[key]));
  expect(toIds(found)).toEqual(toIds(left));
  expect(byKeys(found, keys)).toMatchObject(byKeys(left, keys));
}

/** Payloads are the senders': nothing may be missing from them, and nothing added to them. */
export function expectPayloads(found: readonly Shown[], left: readonly Shown[]): void {
  const toPayloads = (all: readonly Shown[]) =>
    byKeys(all, ['id', 'source']).map(({ data, fields }) => ({ data, fields }));
  expect(toPayloads(found)).toEqual(toPayloads(left));
}

function byKeys(all: readonly Shown[], keys: readonly string[]): readonly Shown[] {
  const toText = (one: Shown) => keys.map((key) => one[key]).join(' ');
  return all.toSorted((a, b) => (toText(a) < toText(b) ? -1 : 1));
}
