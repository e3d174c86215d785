import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileName, PathPattern } from '../../../shared/heddle/actors/pollers/files/glob.ts';
import { parseFilesOptions } from '../../../shared/heddle/actors/pollers/files/options.ts';
import { toWatch } from '../../../shared/heddle/actors/pollers/files/watch.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';

function findFaults(given: JsonObject): readonly string[] {
  try {
    parseFilesOptions({ path: '/data/*.csv', ...given });
    return [];
  } catch (error) {
    const { issues } = error as z.ZodError;
    return issues.map(({ path, message }) => [...path, message].join(': '));
  }
}

describe('options of the files poller', () => {
  it('have defaults for all but the path', () => {
    expect(parseFilesOptions({ path: '/data/incoming/*.csv' })).toEqual({
      path: '/data/incoming/*.csv',
      events: ['created', 'modified'],
      recursive: true,
      followLinks: false,
      changeTime: true,
      debounceSeconds: 2,
      ignorePatterns: [],
      initial: 'ignore',
    });
    expect(() => parseFilesOptions({})).toThrow(z.ZodError);
  });

  it.each([
    [{ debounce_seconds: 5 }, 'unknown field "debounce_seconds": did you mean debounceSeconds?'],
    [{ ignore_patterns: [] }, 'unknown field "ignore_patterns": did you mean ignorePatterns?'],
    [{ events: ['renamed'] }, 'events: 0: expected one of created, modified, deleted, moved'],
    [{ path: '/data/[a.csv' }, 'path: expected ] to close [ within one name of "[a.csv"'],
    [{ path: '/data/{a,b/c}' }, 'path: expected } to close { within one name of "{a,b"'],
    [{ path: '/data/[z-a]' }, 'path: expected characters or a range such as [a-z], received [z-a]'],
    [{ path: '/data/*/../b' }, 'path: expected no .. after the first wildcard'],
    [{ path: '/data/**/*.csv', recursive: false }, 'path: expected no ** with recursive: false'],
    [
      { ignorePatterns: ['*.tmp', '**/*'] },
      'ignorePatterns: 1: expected a pattern that leaves something to see',
    ],
    [
      { ignorePatterns: ['!a.csv'] },
      'ignorePatterns: 0: expected what to leave out: ! takes nothing in',
    ],
  ])('are refused with the reason: %j', (given, fault) => {
    expect(findFaults(given)).toEqual([fault]);
  });

  it.each([
    ['/data/*.csv', true, '/data', ['a.csv', 'deep/er/a.csv'], ['a.tsv', '.a.csv', '.git/a.csv']],
    ['/data/*.csv', false, '/data', ['a.csv'], ['deep/a.csv']],
    ['/data/incoming', true, '/data/incoming', ['a', 'b/c'], ['.hidden']],
    ['/data/incoming/', false, '/data/incoming', ['a'], ['b/c']],
    ['/data/**', true, '/data', ['a', 'b/c'], []],
    ['/data/**/in/*.csv', true, '/data', ['in/a.csv', 'b/c/in/a.csv'], ['in/b/a.csv', 'a.csv']],
    ['/data/*/in/*.csv', true, '/data', ['b/in/a.csv', 'b/in/c/a.csv'], ['b/c/in/a.csv']],
    ['/data/*/in/*.csv', false, '/data', ['b/in/a.csv'], ['b/in/c/a.csv', 'in/a.csv']],
    ['/data/.env*', false, '/data', ['.env', '.env.local'], ['env']],
    ['/data/./in//*', false, '/data/in', ['a'], []],
    ['/*.csv', false, '/', ['a.csv'], []],
  ])('see with %s, recursive %s', (path, recursive, root, inside, outside) => {
    const watch = toWatch({ path, recursive, ignorePatterns: [] });
    expect(watch.root).toBe(root);
    expect(inside.filter((below) => !watch.pattern.matches(below))).toEqual([]);
    expect(outside.filter((below) => watch.pattern.matches(below))).toEqual([]);
  });

  it('take a path without a root from the working folder', () => {
    const watch = toWatch({ path: 'incoming/*.csv', recursive: true, ignorePatterns: [] });
    expect(watch.root).toBe(`${process.cwd()}/incoming`);
  });

  it.each([
    ['*.tmp', ['a.tmp', 'b/a.tmp', '.tmp'], ['tmp', 'a.tmp.csv']],
    ['archive', ['archive', 'b/archive'], ['archives']],
    ['archive/', ['archive', 'b/archive'], []],
    ['/archive', ['archive'], ['b/archive']],
    ['archive/**', ['archive'], ['b/archive']],
    ['**/done/*.csv', ['done/a.csv', 'b/done/a.csv'], ['a.csv']],
    ['/data/old/*', ['old/a'], ['a']],
  ])('leave out with %s', (pattern, out, left) => {
    const watch = toWatch({ path: '/data/*', recursive: true, ignorePatterns: [pattern] });
    expect(out.filter((below) => !watch.isIgnored(below))).toEqual([]);
    expect(left.filter((below) => watch.isIgnored(below))).toEqual([]);
  });
});

describe('a glob of one name', () => {
  it.each([
    ['*.csv', ['a.csv', 'a\nb.csv', 'ü.csv'], ['a.CSV', '.csv', '.a.csv', 'a.csvx']],
    ['?.csv', ['a.csv', '😀.csv'], ['ab.csv', '..csv']],
    ['[a-c].csv', ['b.csv'], ['d.csv']],
    ['[!a-c].csv', ['d.csv'], ['b.csv']],
    ['[]x]', [']', 'x'], ['[']],
    ['[*?[]', ['*', '?', '['], ['a']],
    ['*.{csv,tsv}', ['a.csv', 'a.tsv'], ['a.xml']],
    ['{a,b{1,2}}', ['a', 'b1', 'b2'], ['b', 'a1']],
    ['a+(b).$^|\\d', ['a+(b).$^|\\d'], ['aab']],
    ['a,b}', ['a,b}'], ['a']],
    ['__proto__', ['__proto__'], []],
  ])('%s', (glob, matching, others) => {
    const test = compileName(glob);
    expect(matching.filter((name) => !test(name))).toEqual([]);
    expect(others.filter((name) => test(name))).toEqual([]);
  });

  it('takes no longer for a name that was made for it', () => {
    const test = compileName('*a*a*a*a*a*a*b');
    const start = performance.now();
    expect(test('a'.repeat(255))).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('without wildcards matches itself alone', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/[*?[{./]/.test(text));
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(compileName(one)(other)).toBe(one === other);
        expect(new PathPattern(['**', one]).matches(`folder/${one}`)).toBe(true);
      }),
    );
  });
});
