import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { foldCase } from '../../../shared/heddle/triggers/conditions/fold-case.ts';
import { meets } from '../../helpers/conditions.ts';

const value: JsonObject = {
  ...{ title: 'A FIX for Straße', tags: ['Bug', 'URGENT'], path: 'src/ΟΔΟΣ' },
  ...{ nested: { deep: ['X', { key: 'Y' }] }, count: 5 },
};
const inAnyCase = (tests: JsonObject) => ({ ...tests, ignoreCase: true });

describe('ignoreCase', () => {
  it.each<[string, JsonObject, boolean]>([
    ['title', { eq: 'a fix for STRASSE' }, true],
    ['title', { ne: 'a fix for STRASSE' }, false],
    ['title', { in: ['x', 'a fix FOR straße'] }, true],
    ['title', { notIn: ['a fix FOR straße'] }, false],
    ['title', { contains: 'fix' }, true],
    ['title', { startsWith: 'a fix' }, true],
    ['title', { endsWith: 'STRASSE' }, true],
    ['title', { pattern: 'a fix' }, true],
    ['title', { pattern: 'a fix', ignoreCase: false }, false],
    ['tags', { contains: 'urgent' }, true],
    ['tags', { eq: 'bug' }, true],
    ['tags', { eq: ['bug', 'urgent'] }, true],
    ['tags', { some: 'bug' }, true],
    ['tags', { every: { in: ['bug', 'urgent'] } }, true],
    ['path', { endsWith: 'οδος' }, true],
    ['path', { contains: 'οδοσ' }, true],
    ['title', { not: { contains: 'fix' } }, false],
    ['title', { any: [{ startsWith: 'x' }, { contains: 'fix' }] }, true],
    ['nested.deep', { some: { key: 'y' } }, true],
    ['nested.deep', { contains: { key: 'y' } }, true],
    ['count', { eq: 5 }, true],
    ['title', { exists: true }, true],
    ['missing', { eq: 'x' }, false],
    ['missing', { ne: 'x' }, true],
  ])('on %s, %j: %s', (field, tests, expected) => {
    const written = tests.ignoreCase === false ? tests : inAnyCase(tests);
    expect(meets({ [field]: written }, value)).toBe(expected);
  });

  it('is heeded beside the operators alone', () => {
    expect(meets({ title: { contains: 'fix' } }, value)).toBe(false);
    const both = { title: { any: [{ contains: 'fix', ignoreCase: true }, { contains: 'STR' }] } };
    expect(meets(both, value)).toBe(true);
    const off = { title: { any: [{ contains: 'fix', ignoreCase: false }], ignoreCase: true } };
    expect(meets(off, value)).toBe(false);
  });

  it('leaves the order of texts as it is', () => {
    expect(meets({ title: { gt: 'a', ignoreCase: true } }, value)).toBe(false);
  });
});

describe('the folding of texts', () => {
  it.each([
    ['ß', 'SS', true],
    ['ẞ', 'ss', true],
    ['Σ', 'ς', true],
    ['σ', 'ς', true],
    ['K', 'k', true],
    ['İ', 'i\u0307', true],
    ['İ', 'i', false],
    ['ı', 'i', false],
    ['ı', 'I', false],
    ['é', 'e\u0301', false],
  ])('%s and %s are the same: %s', (a, b, expected) => {
    expect(foldCase(a) === foldCase(b)).toBe(expected);
  });

  it('goes by each character, so that a part stays a part', () => {
    expect(foldCase('ΟΔΟΣ') + foldCase('ΑΣ')).toBe(foldCase('ΟΔΟΣΑΣ'));
  });
});
