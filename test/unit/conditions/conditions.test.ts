import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createLookUp } from '../../../shared/heddle/triggers/conditions/values.ts';
import { findMismatch, meets } from '../../helpers/conditions.ts';
import { naiveMeets } from '../../helpers/naive-match.ts';
import {
  conditions,
  EXPRESSIONS,
  json,
  object,
  PROTOTYPE_NAMES,
  path,
  scalar,
  tests,
} from '../../helpers/random-conditions.ts';

/** Parses like JSON.parse, where `__proto__` is an ordinary key. */
const parse = (json: string) => JSON.parse(json) as JsonObject;
const lookUp = (value: JsonObject, key: string) => createLookUp(key)(value);

describe('a condition', () => {
  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['without keys is met by everything', {}, { a: 1 }, true],
    ['is met by an equal value', { a: 'x' }, { a: 'x' }, true],
    ['is not met by another value', { a: 'x' }, { a: 'y' }, false],
    ['does not take a text for a number', { a: 1 }, { a: '1' }, false],
    ['is met by false where it says false', { a: false }, { a: false }, true],
    ['of null is met by null', { a: null }, { a: null }, true],
    ['of null is not met by what is missing', { a: null }, {}, false],
    ['needs every key', { a: 1, b: 2 }, { a: 1 }, false],
    ['with a list is met by any of its values', { a: [1, 2] }, { a: 2 }, true],
    ['with a list is not met by a value outside it', { a: [1, 2] }, { a: 3 }, false],
    ['with an empty list is never met', { a: [] }, { a: [] }, false],
    ['with a list in a list is met by that list', { a: [[1, 2]] }, { a: [1, 2] }, true],
    ['with an object in a list is met by an equal one', { a: [{ b: 1 }] }, { a: { b: 1 } }, true],
    [
      'with an object in a list is not met by a larger one',
      { a: [{ b: 1 }] },
      { a: { b: 1, c: 2 } },
      false,
    ],
    ['reaches into objects', { a: { b: { c: 1 } } }, { a: { b: { c: 1, d: 2 } } }, true],
    ['reaches in by dots', { 'a.b.c': 1 }, { a: { b: { c: 1 } } }, true],
    ['reaches in by dots within an object', { a: { 'b.c': 1 } }, { a: { b: { c: 1 } } }, true],
    ['prefers a name with dots to a path', { 'a.b': 1 }, { 'a.b': 1, a: { b: 2 } }, true],
    ['of an object is met by no list', { a: { 0: 1 } }, { a: [1] }, false],
    ['does not count into lists', { 'a.0': 1 }, { a: [1] }, false],
    ['does not measure lists', { 'a.length': 1 }, { a: [1] }, false],
  ])('%s', (_, conditions, value, expected) => {
    expect(meets(conditions, value)).toBe(expected);
  });

  it('says where it stands, what it expects and what there is', () => {
    const value = { labels: { severity: 'low', team: 'a' } };
    expect(findMismatch({ labels: { team: 'a', severity: ['high'] } }, value)).toEqual({
      path: 'conditions.labels.severity',
      expected: ['high'],
      found: 'low',
    });
  });

  it('says nothing is found where nothing is', () => {
    expect(findMismatch({ 'a.b': 1 }, { a: {} })).toEqual({
      path: 'conditions.a.b',
      expected: 1,
    });
  });

  it.each(PROTOTYPE_NAMES)('on "%s" finds data alone', (name) => {
    expect(lookUp({}, name)).toBeUndefined();
    expect(lookUp({ a: {} }, `a.${name}`)).toBeUndefined();
    expect(meets(parse(`{"${name}":{}}`), {})).toBe(false);
    const nested = parse(`{"${name}":{"name":"Object"}}`);
    expect(meets(nested, nested)).toBe(true);
    expect(meets(nested, { a: 1 })).toBe(false);
    expect(meets(parse(`{"a":[{"${name}":1}]}`), { a: { b: 1 } })).toBe(false);
  });
});

describe('conditions of any shape', () => {
  const says = (value: JsonObject) => (text: string) => EXPRESSIONS[text]?.(value) ?? false;

  it('agree with the plain reference', () => {
    const counts = { met: 0, unmet: 0 };
    fc.assert(
      fc.property(conditions, object, (written, value) => {
        const isMet = meets(written, value);
        expect(isMet).toBe(naiveMeets(written, value, says(value)));
        counts[isMet ? 'met' : 'unmet']++;
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(counts.met, counts.unmet)).toBeGreaterThan(1000);
  });

  it('agree with the reference on tests of one value', () => {
    const found = fc.oneof(scalar, scalar, json, fc.constant(undefined));
    fc.assert(
      fc.property(tests, found, (written, value) => {
        const payload: JsonObject = value === undefined ? {} : { a: value };
        expect(meets({ a: written }, payload)).toBe(naiveMeets({ a: written }, payload));
      }),
      { numRuns: 10_000 },
    );
  });

  it('agree with the reference where they are taken from the value itself', () => {
    const taken = fc.tuple(object, fc.array(path)).map(([value, keys]) => {
      const known = keys.filter((key) => lookUp(value, key) !== undefined);
      const entries = known.map((key) => [key, lookUp(value, key) as Json]);
      return { value, written: Object.fromEntries(entries) as JsonObject };
    });
    fc.assert(
      fc.property(taken, ({ value, written }) => {
        expect(meets(written, value)).toBe(naiveMeets(written, value));
      }),
      { numRuns: 5000 },
    );
  });

  it('neither throw nor change anything', () => {
    fc.assert(
      fc.property(
        conditions,
        fc.oneof(object, fc.object() as fc.Arbitrary<JsonObject>),
        (written, value) => {
          const before = JSON.stringify([written, value]);
          findMismatch(written, value);
          expect(JSON.stringify([written, value])).toBe(before);
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
