import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { findExcess, type JsonBounds } from '../../../shared/heddle/domain/json-bounds.ts';
import { parseJson } from '../../../shared/heddle/sources/body.ts';

const none: JsonBounds = { depth: 1e9, keys: 1e9, containers: 1e9, values: 1e9 };

/** Counts the parts of a parsed value by walking it. */
function measure(value: unknown): JsonBounds {
  if (typeof value !== 'object' || value === null) {
    return { depth: 0, keys: 0, containers: 0, values: 1 };
  }
  const items = Object.values(value);
  const parts = items.map(measure);
  const sum = (name: keyof JsonBounds) => parts.reduce((total, part) => total + part[name], 0);
  return {
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
    keys: sum('keys') + (Array.isArray(value) ? 0 : items.length),
    containers: 1 + sum('containers'),
    // A container counts with the first of its values: commas are what the text has.
    values: items.length === 0 ? 1 : sum('values'),
  };
}

describe('the parts of a JSON text', () => {
  it('are counted as in the value that it has', () => {
    const texts = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = measure(JSON.parse(text));
        expect(findExcess(text, { ...none, ...found })).toBeUndefined();
        for (const name of ['depth', 'keys', 'containers'] as const) {
          const tight = { ...none, [name]: found[name] - 1 };
          expect(findExcess(text, tight)).toBe(found[name] > 0 ? name : undefined);
        }
      }),
    );
  });

  it.each<[string, keyof JsonBounds | undefined]>([
    ['{"a":{"b":1}}', undefined],
    ['{"a":1,"b":2,"c":3}', 'keys'],
    ['{"a":1,"a":2,"a":3}', 'keys'],
    ['[[],[],[]]', 'containers'],
    ['[1,2,3,4,5]', 'values'],
    ['[[[1]]]', 'depth'],
    [String.raw`["\"a\":1,\"b\":2,\"c\":3,[[[[{{{{,,,,,,,"]`, undefined],
    [String.raw`{"a\\":1,"b\\":2,"\\\\":3}`, 'keys'],
    ['["an open text, [[[[', undefined],
  ])('%s is over the bound of %s', (text, expected) => {
    const bounds = { depth: 2, keys: 2, containers: 3, values: 4 };
    expect(findExcess(text, bounds)).toBe(expected);
  });
});

describe('a body of 4 MB', () => {
  const keys = (count: number) => {
    const pairs = Array.from({ length: count }, (_, at) => `"key${at}":1`);
    return `{${pairs.join(',')}}`;
  };

  it.each([
    ['300,000 keys', keys(300_000), 'more than 100000 keys'],
    [
      '1,500,000 lists',
      `{"a":[${'[],'.repeat(1_500_000)}1]}`,
      'more than 100000 objects and lists',
    ],
    ['2,000,000 numbers', `{"a":[${'0,'.repeat(2_000_000)}1]}`, 'more than 1000000 values'],
  ])('with %s is refused without being parsed', (_, text, message) => {
    const parse = vi.spyOn(JSON, 'parse');
    const refused = expect(() => parseJson(text));
    refused.toThrow(expect.objectContaining({ status: 400, code: 'payload_malformed' }));
    expect(() => parseJson(text)).toThrow(message);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('with as many keys as allowed is taken, and so is one long text', () => {
    expect(Object.keys(parseJson(keys(100_000)) as object)).toHaveLength(100_000);
    expect(parseJson(`"${'[{:,'.repeat(1_000_000)}"`)).toHaveLength(4_000_000);
  });
});
