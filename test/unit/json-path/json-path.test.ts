import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/heddle/domain/json.ts';
import { findPathFault, followPath } from '../../../shared/heddle/triggers/json-path/json-path.ts';
import { Work } from '../../../shared/heddle/triggers/json-path/json-path-work.ts';

const follow = (path: string, document: Json) => followPath(path, document, new Work());

/** The document of RFC 9535, section 1.5. */
const rfc = {
  store: {
    book: [
      { category: 'reference', author: 'Nigel Rees', title: 'Sayings of the Century', price: 8.95 },
      { category: 'fiction', author: 'Evelyn Waugh', title: 'Sword of Honour', price: 12.99 },
      {
        ...{ category: 'fiction', author: 'Herman Melville', title: 'Moby Dick' },
        ...{ isbn: '0-553-21311-3', price: 8.99 },
      },
      {
        ...{ category: 'fiction', author: 'J. R. R. Tolkien', title: 'The Lord of the Rings' },
        ...{ isbn: '0-395-19395-8', price: 22.99 },
      },
    ],
    bicycle: { color: 'red', price: 399 },
  },
};
const { book, bicycle } = rfc.store;
const [sayings, sword, moby, lord] = book;

describe('a path', () => {
  it.each<[string, unknown]>([
    ['$.store.book[*].author', book.map(({ author }) => author)],
    ['$..author', book.map(({ author }) => author)],
    ['$.store.*', [book, bicycle]],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 399]],
    ['$..book[2]', [moby]],
    ['$..book[2].author', ['Herman Melville']],
    ['$..book[2].publisher', []],
    ['$..book[-1]', [lord]],
    ['$..book[0,1]', [sayings, sword]],
    ['$..book[:2]', [sayings, sword]],
    ['$..book[?@.isbn]', [moby, lord]],
    ['$..book[?@.price<10]', [sayings, moby]],
  ])('follows %s as RFC 9535 has it', (path, expected) => {
    expect(follow(path, rfc)).toEqual(expected);
  });

  it.each<[string, Json | undefined]>([
    ['$', rfc],
    ['$.store.bicycle.color', 'red'],
    ["$['store']['book'][-2]['title']", 'Moby Dick'],
    ['$.store.book[4]', undefined],
    ['$.store.book[-5]', undefined],
    ['$.store.book.title', undefined],
    ['$.store.bicycle[0]', undefined],
    ['$.nothing.deeper', undefined],
  ])('that can lead to one place only gives what is there: %s', (path, expected) => {
    expect(follow(path, rfc)).toEqual(expected);
  });

  it.each<[string, Json]>([
    ['$[1:5:2]', ['b', 'd']],
    ['$[5:1:-2]', ['f', 'd']],
    ['$[::-1]', ['g', 'f', 'e', 'd', 'c', 'b', 'a']],
    ['$[-2:]', ['f', 'g']],
    ['$[0:9999999]', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['$[::0]', []],
    ['$[0,0]', ['a', 'a']],
  ])('slices as RFC 9535 has it: %s', (path, expected) => {
    expect(follow(path, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toEqual(expected);
  });

  const items = [
    { id: 1, tags: ['x'], name: 'a' },
    { id: 2, tags: ['x'], name: null, of: { a: 1, b: [2] }, same: { b: [2], a: 1 } },
    { id: '2', name: '😀😀' },
  ];
  it.each<[string, readonly number[]]>([
    ['@.id == 2', [1]],
    ["@.id == '2'", [2]],
    ['@.id != 2', [0, 2]],
    ['@.id >= 1 && @.id <= 1', [0]],
    ['@.id < 2 || @.name == null', [0, 1]],
    ['!@.tags', [2]],
    ['@.name', [0, 1, 2]],
    ['@.of == @.same', [0, 1, 2]],
    ['@.of.a == 1', [1]],
    ['@.of > @.same', []],
    ["@.tags[0] == 'x'", [0, 1]],
    ['length(@.name) == 2', [2]],
    ['length(@) > 3', [1]],
    ['count(@.of) == 1', [1]],
    ['value(@.id) == 1', [0]],
    ['@.missing == @.absent', [0, 1, 2]],
    ['(@.id == 1 || @.id == 2) && !(@.id == 2)', [0]],
  ])('filters by %s', (filter, expected) => {
    expect(follow(`$[?${filter}]`, items)).toEqual(expected.map((index) => items[index]));
  });

  it.each<[string, Json, Json | undefined]>([
    ['$.items.0', { items: ['a', 'b'] }, 'a'],
    ['$.items.1.id', { items: [{}, { id: 7 }] }, 7],
    ['$.items.0', { items: { 0: 'by name' } }, 'by name'],
    ['$.items.7', { items: ['a'] }, undefined],
    ['$.0[1]', [['a', 'b']], 'b'],
    ['$.codes.007', { codes: { '007': 'by name' } }, 'by name'],
    ['$.codes.12345678901234567890.x', { codes: { '12345678901234567890': { x: 1 } } }, 1],
    ["$['a.0'].b", { 'a.0': { b: 1 } }, 1],
    ['$.items.0[*]', { items: [[1, 2]] }, [1, 2]],
    ['$.items[?@.a == 1.0]', { items: [{ a: 1 }] }, [{ a: 1 }]],
  ])('takes digits after a dot for an index or a name: %s', (path, document, expected) => {
    expect(follow(path, document)).toEqual(expected);
  });

  it('knows own members alone, under any name', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'];
    for (const name of names) {
      expect(follow(`$.${name}`, {})).toBeUndefined();
      expect(follow(`$.a.${name}`, { a: [1] })).toBeUndefined();
      expect(follow(`$['${name}'].name`, { a: 'text' })).toBeUndefined();
      expect(follow(`$[?@.${name}]`, [{}, 'text', 1, [1]])).toEqual([]);
      const own = JSON.parse(`[{"${name}":{"x":1}}]`);
      expect(follow(`$[0].${name}.x`, own)).toBe(1);
      expect(follow(`$..${name}.x`, own)).toEqual([1]);
    }
    const objects = JSON.parse('[{"a":{"__proto__":{}},"b":{"x":1}}]');
    expect(follow('$[?@.a == @.b]', objects)).toEqual([]);
  });
});

describe('a text that is no path', () => {
  it.each([
    ['has no $', 'user.id', "expected '$', found 'u'"],
    ['is a template', '{{ event.a }}', "expected '$', found '{'"],
    ['is not closed', '$.items[0', 'unclosed bracketed selection'],
    ['has a leading zero', '$.items[01]', 'leading zero in index selector'],
    ['searches twice', '$..a..b', '.. can be used once only'],
    ['matches', "$[?match(@.a, '(a+)+b')]", 'match() is not supported'],
    ['searches by expression', "$[?search(@.a, '(a+)+b')]", 'search() is not supported'],
    ['compares with the whole', '$[?@.a == $.b]', 'a filter looks at its item (@)'],
    ['asks for the whole', '$[?$.a]', 'a filter looks at its item (@)'],
    ['searches in a filter', '$[?@..a]', "@..['a'] in a filter can be many values"],
    ['has a filter in a filter', '$[?@[?@.a]]', '@[?@.a] in a filter can be many values'],
    ['counts many', '$[?count(@.*) > 1]', '@[*] in a filter can be many values'],
    ['compares nothing', '$[?length(@.a)]', 'must be compared'],
    ['compares nothing to its contrary', '$[?!length(@.a)]', 'length() must be compared'],
    ['calls what is not there', '$[?shout(@.a) == 1]', "no such function 'shout'"],
    ['has digits in a filter', '$[?@.a.0.b]', 'in a filter can be many values'],
    ['is too long', `$.${'a'.repeat(1000)}`, 'a path of at most 1000 characters'],
  ])('%s: the fault says so', (_, path, expected) => {
    expect(findPathFault(path)).toContain(expected);
    expect(() => follow(path, {})).toThrow(expected);
  });
});

describe('a hostile document of a megabyte', () => {
  const wide = JSON.parse(`[${'0,'.repeat(499_999)}0]`);
  const deep = JSON.parse('['.repeat(500_000) + ']'.repeat(500_000));
  const chains = Array.from({ length: 2500 }, () => JSON.parse('['.repeat(199) + ']'.repeat(199)));
  const same = Array.from({ length: 30_000 }, () => ({ a: [[0, 1]], b: [[0, 1]] }));
  const texts = [{ a: 'x'.repeat(500_000), b: 'x'.repeat(499_999).concat('x') }];
  const manyFold = `$${'[*,*,*,*]'.repeat(100)}`;
  const manyTimes = `[?${Array(70).fill('@.a == @.b').join(' && ')}]`;

  it.each<[string, string, Json]>([
    ['is as wide as can be', '$..[*][*][*]', wide],
    ['is as wide as can be', manyFold, wide],
    ['is as deep as can be', '$..a', deep],
    ['is as deep as can be', `$..${'[*]'.repeat(300)}`, deep],
    ['is as deep as can be', '$..[?@ == 0]', deep],
    ['is many chains', `$..[*]${'[*]'.repeat(300)}`, chains],
    ['is many chains', manyFold, chains],
    ['is compared over and over', `$${manyTimes}`, same],
    ['is compared over and over', `$..${manyTimes}`, same],
    ['is compared over and over', `$[*,*,*,*,*,*,*,*][?@.a == @.b]`, [texts]],
  ])('that %s is done with soon: %s', (_, path, document) => {
    const started = performance.now();
    try {
      follow(path, document);
    } catch (error) {
      expect((error as Error).message).toMatch(/more than 1000000 values|more than 10000 values/);
    }
    // Measured at a tenth of this; without bounds it takes minutes.
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('is gone through once for a name', () => {
    expect(follow('$..a', wide)).toEqual([]);
    expect(follow('$..a', chains)).toEqual([]);
  });

  it('is no list of results', () => {
    expect(() => follow('$[*]', wide)).toThrow('it leads to more than 10000 values');
    expect(follow('$[:10000]', wide)).toHaveLength(10_000);
  });

  it('has all paths of a mapping paid from one purse', () => {
    const work = new Work();
    const run = () => {
      for (let turn = 0; turn < 10; turn++) followPath('$..a', wide, work);
    };
    expect(run).toThrow('it looks at more than 1000000 values');
  });
});
