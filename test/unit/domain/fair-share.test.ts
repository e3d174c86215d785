import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dealOut,
  mayHaveMore,
  pickFairly,
  toReserve,
} from '../../../shared/heddle/domain/fair-share.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const totals = fc.integer({ min: 1, max: 40 });
const holdings = fc
  .array(fc.integer({ min: 0, max: 8 }), { minLength: names.length, maxLength: names.length })
  .map(
    (counts) => new Map(counts.flatMap((count, n) => (count > 0 ? [[names[n] ?? '', count]] : []))),
  );

function toSum(held: ReadonlyMap<string, number>): number {
  return [...held.values()].reduce((sum, count) => sum + count, 0);
}

describe('the reserve', () => {
  it.each([
    [1, 0],
    [3, 0],
    [4, 1],
    [8, 1],
    [16, 2],
    [64, 8],
  ])('of %i seats is %i', (total, reserve) => {
    expect(toReserve(total)).toBe(reserve);
  });
});

describe('a party', () => {
  it('gets all but the reserve where it is alone', () => {
    fc.assert(
      fc.property(totals, (total) => {
        const dealt = dealOut({ total, held: new Map() }, ['a'], 100);
        expect(dealt.get('a')).toBe(total - toReserve(total));
      }),
    );
  });

  it('that has nothing gets one as long as there is any', () => {
    fc.assert(
      fc.property(totals, holdings, (total, held) => {
        const without = new Map([...held].filter(([name]) => name !== 'a'));
        expect(mayHaveMore({ total, held: without }, 'a')).toBe(toSum(without) < total);
      }),
    );
  });
});

describe('dealing out', () => {
  it('never gives more than there are, nor gives one more than another may still want', () => {
    fc.assert(
      fc.property(totals, holdings, fc.integer({ min: 0, max: 40 }), (total, held, max) => {
        const dealt = dealOut({ total, held }, names, max);
        expect(toSum(dealt)).toBeLessThanOrEqual(max);
        expect(toSum(dealt)).toBeLessThanOrEqual(Math.max(0, total - toSum(held)));
        const toHeld = (name: string) => (held.get(name) ?? 0) + (dealt.get(name) ?? 0);
        for (const [name] of dealt) {
          for (const other of names) expect(toHeld(name)).toBeLessThanOrEqual(toHeld(other) + 1);
        }
      }),
    );
  });

  it('gives each who wants as many the same, whoever was there first', () => {
    expect([...dealOut({ total: 18, held: new Map() }, ['a', 'b', 'c', 'd'], 100)]).toEqual([
      ['a', 4],
      ['b', 4],
      ['c', 4],
      ['d', 4],
    ]);
  });

  it('lets the one who has fewest catch up first', () => {
    const shared = { total: 16, held: new Map([['a', 8]]) };
    expect([...dealOut(shared, ['a', 'b'], 4)]).toEqual([['b', 4]]);
    expect(pickFairly(shared, [{ name: 'a' }, { name: 'b' }])).toEqual({ name: 'b' });
  });
});
