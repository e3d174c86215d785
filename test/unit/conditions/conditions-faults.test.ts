import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { loadMatchTools } from '../../../shared/heddle/triggers/conditions/match-tools.ts';
import { compilePattern } from '../../../shared/heddle/triggers/conditions/patterns.ts';
import { findConditionFaults } from '../../../shared/heddle/triggers/conditions/trigger-matcher.ts';
import { findFaults, meets } from '../../helpers/conditions.ts';
import { createTrigger } from '../../helpers/factories.ts';
import { createMatchTools } from '../../helpers/match-tools.ts';

describe('a fault of conditions', () => {
  it.each<[JsonObject, string]>([
    [
      { amount: { gt: true } },
      'amount.gt: expected a number or a text (a field of that name is written with a dot, as <field>.gt)',
    ],
    [{ amount: { in: 'a' } }, 'amount.in: expected a list of values (a field'],
    [{ amount: { notIn: { a: 1 } } }, 'amount.notIn: expected a list of values (a field'],
    [{ amount: { exists: 'yes' } }, 'amount.exists: expected true or false (a field'],
    [{ name: { startsWith: 1 } }, 'name.startsWith: expected a text (a field'],
    [{ name: { pattern: 1 } }, 'name.pattern: expected a pattern, as a text'],
    [{ name_pattern: ['a'] }, 'name_pattern: expected a pattern, as a text'],
    [{ name_pattern: '(a' }, "name_pattern: expected a pattern in RE2's syntax: missing closing )"],
    [{ name_pattern: 'a)(b' }, "name_pattern: expected a pattern in RE2's syntax: unexpected )"],
    [{ name_pattern: '(?=a)' }, "name_pattern: expected a pattern in RE2's syntax: invalid"],
    [{ name_pattern: '(a)\\1' }, "name_pattern: expected a pattern in RE2's syntax: invalid"],
    [
      { name_pattern: 'a'.repeat(1001) },
      'name_pattern: expected a pattern of at most 1000 characters',
    ],
    [
      { name_pattern: '(?:abc){1000}' },
      'name_pattern: the pattern becomes too large: repeat less in it',
    ],
    [
      { name_pattern: '((a{100}){100}){100}' },
      "name_pattern: expected a pattern in RE2's syntax: invalid repeat count",
    ],
    [{ all: { a: 1 } }, 'all: expected a list of conditions, each of them an object'],
    [{ any: [] }, 'any: expected a list of conditions, each of them an object'],
    [{ any: [{ a: 1 }, 'b'] }, 'any: expected a list of conditions, each of them an object'],
    [{ not: [{ a: 1 }] }, 'not: expected an object of conditions'],
    [{ expression: true }, 'expression: expected a Jinja expression, as a text'],
    [
      { all: [{ a: 1 }, { not: { b: { lt: [] } } }] },
      'all.1.not.b.lt: expected a number or a text (a field',
    ],
  ])('%j is found, with its place', (conditions, expected) => {
    const [fault, ...others] = findFaults(conditions);
    expect(fault?.slice(0, `conditions.${expected}`.length)).toBe(`conditions.${expected}`);
    expect(others).toEqual([]);
  });

  it('does not hide the next', () => {
    const conditions = { a: { gt: null }, b_pattern: '(', c: { any: [{ exists: 1 }] } };
    expect(findFaults(conditions)).toHaveLength(3);
  });

  it('is reported twenty times at most', () => {
    const entries = Array.from({ length: 100 }, (_, index) => [`f${index}_pattern`, '(']);
    expect(findFaults(Object.fromEntries(entries))).toHaveLength(20);
  });

  it('is more than a thousand clauses', () => {
    const list = (count: number) => ({ any: Array.from({ length: count }, (_, a) => ({ a })) });
    expect(findFaults(list(999))).toEqual([]);
    expect(findFaults(list(5000))).toEqual(['conditions.any.999.a: expected at most 1000 clauses']);
  });

  it('is more than fifty levels', () => {
    const nest = (levels: number): JsonObject =>
      levels === 0 ? { a: 1 } : { a: nest(levels - 1) };
    expect(findFaults(nest(49))).toEqual([]);
    expect(findFaults(nest(50))).toMatchObject([expect.stringContaining('at most 50 levels')]);
    const nots = (levels: number): JsonObject =>
      levels === 0 ? { a: 1 } : { not: nots(levels - 1) };
    expect(findFaults(nots(5000))).toMatchObject([expect.stringContaining('at most 50 levels')]);
  });
});

describe('the faults of a trigger', () => {
  it('are those of its conditions and its filter', () => {
    const trigger = createTrigger({
      conditions: { a: { gt: null } },
      filter: { b: { all: [{ exists: 1 }] } },
    });
    expect(findConditionFaults(trigger).map(({ path }) => path)).toEqual([
      ['conditions', 'a', 'gt'],
      ['filter', 'b', 'all', 0, 'exists'],
    ]);
    const filter = 'event.a >';
    expect(findConditionFaults(createTrigger({ filter }), createMatchTools())).toMatchObject([
      { path: ['filter'], message: expect.stringContaining('expected a Jinja template') },
    ]);
  });

  it('are none where patterns and expressions cannot be looked into', () => {
    const trigger = createTrigger({ conditions: { a_pattern: '(' }, filter: '1 +' });
    expect(findConditionFaults(trigger)).toEqual([]);
  });
});

describe('the tools of conditions', () => {
  it.each<[JsonObject, readonly string[]]>([
    [{}, []],
    [{ conditions: { a: { gt: 1 } }, filter: { b: 1 } }, []],
    [{ conditions: { a_pattern: 'x' } }, ['compilePattern']],
    [{ conditions: { any: [{ a: { pattern: 'x' } }] } }, ['compilePattern']],
    [{ filter: 'event.a' }, ['compileExpression']],
    [{ filter: { not: { expression: 'event.a' } } }, ['compileExpression']],
  ])('of %j are %j', async (trigger, expected) => {
    expect(Object.keys(await loadMatchTools([trigger]))).toEqual(expected);
  });

  it('are found in what is no trigger at all', async () => {
    const knot: Record<string, unknown> = {};
    knot.conditions = knot;
    expect(await loadMatchTools([null, 7, 'x', [], { conditions: 'x', filter: 7 }, knot])).toEqual(
      {},
    );
  });
});

describe('a pattern of the catastrophic kind', () => {
  it.each(['(a+)+$', '(a|a)*$', '(.*a){20}$', '(?:a?){30}a{30}$'])(
    '%s takes linear time',
    (pattern) => {
      const test = compilePattern(pattern);
      const time = (length: number) => {
        const text = `${'a'.repeat(length)}!`;
        const start = performance.now();
        expect(test(text)).toBe(false);
        return performance.now() - start;
      };
      time(1000);
      // An exponential pattern would not end; a quadratic one would take ten thousand times as
      // long.
      expect(time(100_000)).toBeLessThan(1000 * Math.max(1, time(1000)));
    },
  );

  it('is not tried on a text that is longer than it may be', () => {
    expect(meets({ text_pattern: 'a' }, { text: 'a'.repeat(262_144) })).toBe(true);
    expect(meets({ text_pattern: 'a' }, { text: 'a'.repeat(262_145) })).toBe(false);
  });
});
