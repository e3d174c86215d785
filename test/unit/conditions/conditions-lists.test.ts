import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/heddle/domain/json.ts';
import { findFaults, findMismatch, meets } from '../../helpers/conditions.ts';

const KINDS = ['scalar', 'other', 'list', 'others', 'nested', 'empty', 'null', 'missing', 'object'];
const payload: JsonObject = {
  ...{ scalar: 'b', other: 'z', list: ['a', 'b', 'c'], others: ['y', 'z'], nested: [['b'], 'x'] },
  ...{ empty: [], null: null, object: { b: 'b' } },
};
const numbers: JsonObject = {
  ...{ scalar: 5, other: 1, list: [1, 5, 9], others: [0, 1], nested: [[5], 'x'], empty: [] },
  ...{ null: null, object: { b: 5 } },
};
const dates: JsonObject = {
  ...{ scalar: '2026-01-05', other: '2025-01-01', list: ['2025-01-01', '2026-01-05'] },
  ...{ others: ['2025-01-01', 'soon'], nested: [['2026-01-05'], 'x'], empty: [], null: null },
  object: { b: '2026-01-05' },
};

/** Names the kinds of value that meet the tests. */
const meetingKinds = (tests: Json, value: JsonObject) =>
  KINDS.filter((kind) => meets({ [kind]: tests }, value)).join(' ');

describe('an operator on a list', () => {
  it.each<[Json, JsonObject, string]>([
    ['b', payload, 'scalar list'],
    [['b', 'q'], payload, 'scalar list'],
    [[['a', 'b', 'c']], payload, 'list'],
    [{ eq: 'b' }, payload, 'scalar list'],
    [{ eq: ['b'] }, payload, 'scalar'],
    [{ eq: ['a', 'b', 'c'] }, payload, 'scalar list'],
    [{ in: ['b', 'q'] }, payload, 'scalar list'],
    [{ in: [['b']] }, payload, 'nested'],
    [{ startsWith: 'b' }, payload, 'scalar list'],
    [{ endsWith: 'b' }, payload, 'scalar list'],
    [{ pattern: 'b$' }, payload, 'scalar list'],
    [{ gt: 4 }, numbers, 'scalar list'],
    [{ gte: 5 }, numbers, 'scalar list'],
    [{ gt: 1, lt: 9 }, numbers, 'scalar list'],
    [{ after: '2026-01-01' }, dates, 'scalar list'],
    [{ not: { before: '2026-01-01' } }, dates, 'scalar nested empty null missing object'],
  ])('%j is met by a list if one of its items meets it', (tests, value, kinds) => {
    expect(meetingKinds(tests, value)).toBe(kinds);
  });

  it.each<[Json, string]>([
    [{ ne: 'b' }, 'other others nested empty null missing object'],
    [{ not: { eq: 'b' } }, 'other others nested empty null missing object'],
    [{ notIn: ['b', 'q'] }, 'other others nested empty null missing object'],
    [{ not: { in: ['b', 'q'] } }, 'other others nested empty null missing object'],
    [{ ne: ['b', 'q'] }, 'other list others nested empty null missing object'],
    [{ ne: ['a', 'b', 'c'] }, 'other others nested empty null missing object'],
    [{ not: { startsWith: 'b' } }, 'other others nested empty null missing object'],
  ])('%j is met by a list if none of its items is equal', (tests, kinds) => {
    expect(meetingKinds(tests, payload)).toBe(kinds);
  });

  it.each<[Json, string]>([
    [{ exists: true }, 'scalar other list others nested empty null object'],
    [{ exists: false }, 'missing'],
    [{ contains: 'b' }, 'scalar list'],
    [{ contains: ['b'] }, 'nested'],
    [{ some: 'b' }, 'list nested'],
    [{ some: ['b', 'y'] }, 'list others nested'],
    [{ some: { contains: 'b' } }, 'list nested'],
    [{ every: { in: ['y', 'z'] } }, 'others empty'],
    [{ none: 'b' }, 'scalar other others empty null missing'],
    [{ not: { some: 'b' } }, 'scalar other others empty null missing object'],
    [{ size: 0 }, 'empty'],
    [{ size: { gte: 2 } }, 'list others nested'],
    [{ size: [1, 3] }, 'scalar other list'],
    [{ any: [{ exists: false }, { size: 0 }] }, 'empty missing'],
  ])('%j asks about the list itself', (tests, kinds) => {
    expect(meetingKinds(tests, payload)).toBe(kinds);
  });

  it.each([
    ['ne', 'foo', false],
    ['ne', 'baz', true],
    ['eq', 'foo', true],
    ['eq', 'baz', false],
  ])('%s with a list is as in and notIn where the value %s is none', (operator, id, expected) => {
    // argoproj/argo-events #3215, #3808
    expect(meets({ id: { [operator]: ['foo', 'bar'] } }, { id })).toBe(expected);
  });
});

describe('conditions of items', () => {
  const labels = [
    { name: 'bug', votes: [{ by: 'ann', weight: 1 }] },
    { name: 'urgent', votes: [] },
  ];
  const value: JsonObject = { labels, title: 'Ünï👍' };

  it.each<[JsonObject, boolean]>([
    [{ labels: { some: { name: 'urgent' } } }, true],
    [{ labels: { some: { name: 'docs' } } }, false],
    [{ labels: { some: { name_pattern: 'ur' } } }, true],
    [{ labels: { some: { name: 'bug', votes: { size: 0 } } } }, false],
    [{ labels: { some: { name: 'urgent', votes: { size: 0 } } } }, true],
    [{ labels: { some: { votes: { some: { by: 'ann', weight: { gte: 1 } } } } } }, true],
    [{ labels: { some: { votes: { some: { by: 'bob' } } } } }, false],
    [{ labels: { every: { votes: { every: { by: 'ann' } } } } }, true],
    [{ labels: { every: { not: { name: 'docs' } } } }, true],
    [{ labels: { none: { any: [{ name: 'docs' }, { votes: { size: 2 } }] } } }, true],
    [{ labels: { none: { name: 'bug' } } }, false],
    [{ labels: { some: { name: 'bug' }, size: 2 } }, true],
    [{ labels: { any: [{ size: 3 }, { some: { name: 'bug' } }] } }, true],
    [{ labels: { size: { gt: 1, lt: 3 } } }, true],
    [{ title: { size: 4 } }, true],
  ])('%j: %s', (conditions, expected) => {
    expect(meets(conditions, value)).toBe(expected);
  });

  it.each<[JsonObject, object]>([
    [
      { labels: { some: { name: 'docs' } } },
      { path: 'conditions.labels.some.name', expected: 'docs', found: ['bug', 'urgent'] },
    ],
    [
      { labels: { every: { name: 'bug' } } },
      { path: 'conditions.labels.every.name', expected: 'bug', found: 'urgent' },
    ],
    [
      { labels: { none: { name: 'urgent' } } },
      { path: 'conditions.labels.none', expected: { name: 'urgent' }, found: labels[1] },
    ],
    [
      { labels: { size: { gte: 3 } } },
      { path: 'conditions.labels.size.gte', expected: 3, found: 2 },
    ],
    [{ missing: { some: 'a' } }, { path: 'conditions.missing.some', expected: 'a' }],
    [
      { labels: { some: { colour: 'red' } } },
      { path: 'conditions.labels.some.colour', expected: 'red' },
    ],
  ])('%j say what the items have', (conditions, mismatch) => {
    expect(findMismatch(conditions, value)).toEqual(mismatch);
  });

  it('are no place for an expression, which would be asked for each item', () => {
    expect(findFaults({ labels: { some: { expression: 'event.a' } } })).toEqual([
      'conditions.labels.some.expression: an expression reads the event and no item: write it beside the field',
    ]);
  });

  it('compare numbers exactly', () => {
    const id = '9007199254740993';
    const ids = JSON.parse(`[${id}]`) as Json;
    expect(meets({ ids: { some: { eq: 9007199254740992 } } }, { ids })).toBe(true);
    expect(findFaults({ ids: { in: [id] } })).toEqual([]);
  });
});

describe('an operator that is a name of a field as well', () => {
  const commit = {
    ...{ size: 3, before: '6dcb09b5', after: '2026-01-01', within: '1h', every: 5 },
    ...{ some: { a: 1 }, none: null, ignoreCase: true },
  };

  it.each<[JsonObject, boolean]>([
    [{ size: 3 }, true],
    [{ size: 4 }, false],
    [{ size: { gte: 2 } }, true],
    [{ size: 3, before: '6dcb09b5' }, true],
    [{ before: '6dcb09b5' }, true],
    [{ before: 'abcdef01' }, false],
    [{ not: { before: 'abcdef01' } }, true],
    [{ after: '2026-01-01' }, true],
    [{ after: '2025-01-01' }, false],
    [{ within: '1h' }, true],
    [{ every: 5 }, true],
    [{ some: { a: 1 } }, true],
    [{ some: { a: 2 } }, false],
    [{ none: null }, true],
    [{ ignoreCase: true }, true],
    [{ ignoreCase: false }, false],
    [{ ignoreCase: true, size: 3 }, true],
  ])('%j finds that field of an object: %s', (conditions, expected) => {
    expect(meets({ commit: conditions }, { commit })).toBe(expected);
  });

  it('is a name wherever what it is given does not fit it', () => {
    const notNew = { commit: { not: { before: '6dcb09b5' } } };
    expect(meets(notNew, {})).toBe(false);
    expect(meets(notNew, { commit: '2026-01-01' })).toBe(false);
    expect(meets({ size: 3, some: 'x' }, { size: 3, some: 'x' })).toBe(true);
  });
});

describe('a list of a hundred thousand items', () => {
  const items = Array.from({ length: 100_000 }, (_, id) => ({ id, tags: ['a', 'b'] }));
  const allowed = Array.from({ length: 900 }, (_, index) => `tag-${index}`);
  const exact = Array.from({ length: 900 }, (_, index) => `90071992547409${1000 + index}1`);

  it.each<[string, JsonObject]>([
    ['some in some', { items: { some: { tags: { some: { startsWith: 'x' } } } } }],
    ['many values', { items: { some: { tags: { in: allowed } } } }],
    ['many exact values', { items: { some: { id: { in: exact } } } }],
    ['any case', { items: { some: { tags: { contains: 'X', ignoreCase: true } } } }],
    ['dates', { items: { some: { tags: { before: '2026-01-01' } } } }],
  ])('is asked once for each item: %s', (_, conditions) => {
    const start = performance.now();
    expect(meets(conditions, { items })).toBe(false);
    // Work that grew with the square of the items would take minutes.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
