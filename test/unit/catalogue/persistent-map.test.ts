import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersistentMap } from '../../../shared/heddle/triggers/catalogue/persistent-map.ts';

/** Two texts whose 32 bits of FNV-1a are equal. */
const [COLLIDING, OTHER] = ['costarring', 'liquid'];

const key = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((number) => `key-${number}`),
  fc.constantFrom(COLLIDING, OTHER, '__proto__', 'constructor', ''),
);
const change = fc.record({ key, value: fc.option(fc.nat()) });

function apply<K, V>(map: Map<K, V>, name: K, value: V | null): Map<K, V> {
  if (value === null) map.delete(name);
  else map.set(name, value);
  return map;
}

describe('a persistent map', () => {
  it('is what a Map is, after any changes, and none of its copies changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const seen: { map: PersistentMap<number>; expected: Map<string, number> }[] = [];
        let map = new PersistentMap<number>();
        let expected = new Map<string, number>();
        for (const { key: name, value } of changes) {
          map = value === null ? map.without(name) : map.with(name, value);
          expected = apply(new Map(expected), name, value);
          seen.push({ map, expected });
        }
        for (const { map: one, expected: plain } of seen) expectAlike(one, plain);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps keys apart whose hashes are equal', () => {
    const map = new PersistentMap<number>().with(COLLIDING, 1).with(OTHER, 2);
    expect([map.get(COLLIDING), map.get(OTHER)]).toEqual([1, 2]);
    expect(map.without(COLLIDING).get(OTHER)).toBe(2);
  });

  it('holds many, and is empty when all are gone', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `await-${index}`);
    let map = new PersistentMap<number>();
    for (const [index, name] of names.entries()) map = map.with(name, index);
    expect(map.size).toBe(20_000);
    expect(names.every((name, index) => map.get(name) === index)).toBe(true);
    for (const name of names) map = map.without(name);
    expect([map.size, [...map.values()]]).toEqual([0, []]);
  });

  it('is the same one where there is nothing to remove', () => {
    const map = new PersistentMap<number>().with('a', 1);
    expect(map.without('b')).toBe(map);
  });
});

function expectAlike(map: PersistentMap<number>, expected: ReadonlyMap<string, number>): void {
  expect(map.size).toBe(expected.size);
  for (const [name, value] of expected) expect(map.get(name)).toBe(value);
  const ascending = (a: number, b: number) => a - b;
  expect([...map.values()].sort(ascending)).toEqual([...expected.values()].sort(ascending));
}
