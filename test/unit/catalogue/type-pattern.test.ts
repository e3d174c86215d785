import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  matchesGlob,
  toTypePrefixes,
} from '../../../shared/heddle/triggers/catalogue/type-pattern.ts';
import { naiveGlob } from '../../helpers/naive-match.ts';

describe('a glob', () => {
  it.each([
    ['*', 'push', true],
    ['*', '', true],
    ['pull_request.*', 'pull_request.opened', true],
    ['pull_request.*', 'pull_request', false],
    ['*.opened', 'pull_request.opened', true],
    ['*.opened', 'pull_request.reopened', false],
    ['*opened', 'pull_request.reopened', true],
    ['pull_request*.c*', 'pull_request_review.commented', true],
    ['a*b*c', 'a.b.c.b', false],
    ['a*b*c', 'a.b.c.b.c', true],
    ['a.b', 'axb', false],
  ])('%s on "%s": %s', (pattern, type, expected) => {
    expect(matchesGlob(pattern, type)).toBe(expected);
  });

  it('agrees with a regular expression on any pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom('*', 'a', 'b', '.', '(', '\\', '\n') });
    const type = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '(', '\\', '\n') });
    fc.assert(
      fc.property(pattern, type, (glob, text) => {
        expect(matchesGlob(glob, text)).toBe(naiveGlob(glob, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('agrees with a regular expression on types made to match it', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 3 }));
    fc.assert(
      fc.property(parts, fc.array(fc.constantFrom('', 'a', 'ab.', 'b')), (fixed, fill) => {
        const type = fixed.map((part, index) => part + (fill[index] ?? '')).join('');
        const glob = `${fixed.join('*')}*`;
        expect(matchesGlob(glob, type)).toBe(naiveGlob(glob, type));
      }),
    );
  });

  it('of many stars takes no longer than stars times characters', () => {
    const type = 'a'.repeat(20_000);
    const counting = createCountingText(type);
    const stars = '*a'.repeat(100);
    expect(matchesGlob(`${stars}*b`, counting.text)).toBe(false);
    expect(counting.reads()).toBeLessThan(3 * type.length * stars.length);
  });
});

/** A text that counts reads of its characters: a measure independent of the machine. */
function createCountingText(text: string) {
  let reads = 0;
  const counting = new Proxy(Object(text) as object, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads++;
      return Reflect.get(target, name, target);
    },
  });
  return { text: counting as unknown as string, reads: () => reads };
}

describe('the prefixes of a type', () => {
  it('are the type itself and what stands before each dot', () => {
    expect(toTypePrefixes('a.b.c')).toEqual(['a', 'a.b', 'a.b.c']);
    expect(toTypePrefixes('push')).toEqual(['push']);
    expect(toTypePrefixes('')).toEqual(['']);
  });
});
