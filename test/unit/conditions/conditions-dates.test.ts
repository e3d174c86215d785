import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { Json, JsonObject } from '../../../shared/heddle/domain/json.ts';
import { Compilation } from '../../../shared/heddle/triggers/conditions/compilation.ts';
import { compileConditions } from '../../../shared/heddle/triggers/conditions/conditions.ts';
import { toInstant } from '../../../shared/heddle/triggers/conditions/instants.ts';
import { findConditionDoubts } from '../../../shared/heddle/triggers/conditions/trigger-matcher.ts';
import { findFaults, findMismatch, meets } from '../../helpers/conditions.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const at = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;
const NOON = '2023-11-14T22:13:20Z';

describe('a date of an event', () => {
  it.each<[Json, string, bigint?]>([
    [NOON, NOON],
    ['2023-11-14t22:13:20z', NOON],
    ['2023-11-14 22:13:20', NOON],
    ['2023-11-14T22:13:20.000000', NOON],
    ['2023-11-14T23:13:20+01:00', NOON],
    ['2023-11-14T23:43:20+0130', NOON],
    ['2023-11-14T12:13:20-10', NOON],
    ['2023-11-14T22:13:20.123456789Z', NOON, 123_456_789n],
    ['2023-11-14', '2023-11-14T00:00:00Z'],
    ['2023-11-14T22:13', '2023-11-14T22:13:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['Tue, 14 Nov 2023 22:13:20 GMT', NOON],
    ['14 Nov 2023 23:13:20 +0100', NOON],
    [1_700_000_000, NOON],
    [1_700_000_000.5, NOON, 500_000_000n],
    [1_700_000_000_000, NOON],
    ['1700000000.123456', NOON, 123_456_000n],
    ['1700000000000', NOON],
    ['1700000000000123456', NOON, 123_456n],
  ])('%j is %s', (written, iso, more = 0n) => {
    expect(toInstant(written)).toBe(at(iso) + more);
  });

  it.each<[Json | undefined]>([
    ...([['soon'], [''], ['2023'], ['20231114'], ['2023-11'], ['2023-13-01'], ['2023-02-30']] as [
      string,
    ][]),
    ...([['2023-11-14T25:00:00Z'], ['2023-11-14T10:00:00+99:00'], ['14 Foo 2023 10:00 GMT']] as [
      string,
    ][]),
    ...([[0], [5], [2026], [-1_700_000_000], [1e300], [null], [true], [undefined]] as [Json][]),
    ...([[{}], [[]], ['1'.repeat(1000)]] as [Json][]),
  ])('%j is none', (written) => {
    expect(toInstant(written)).toBeUndefined();
  });

  it('is exact where no double holds it', () => {
    const { ts } = parseExactJson('{"ts": 1700000000123456789}') as JsonObject;
    expect(toInstant(ts)).toBe(1_700_000_000_123_456_789n);
  });
});

describe('before and after', () => {
  it.each<[JsonObject, Json, boolean]>([
    [{ before: '2026-01-01' }, '2025-12-31T23:59:59Z', true],
    [{ before: '2026-01-01' }, '2026-01-01T00:30:00+01:00', true],
    [{ before: '2026-01-01' }, '2026-01-01', false],
    [{ after: '2026-01-01T00:00:00+01:00' }, '2025-12-31T23:30:00Z', true],
    [{ after: '2023-01-01', before: '2024-01-01' }, '1700000000.123456', true],
    [{ after: 1_600_000_000 }, 1_700_000_000_000, true],
    [{ after: '2026-01-01' }, 'soon', false],
    [{ not: { after: '2026-01-01' } }, 'soon', true],
    [{ after: '2026-01-01' }, null, false],
    [{ after: '2026-01-01' }, ['2025-01-01', '2027-01-01'], true],
  ])('%j on %j: %s', (tests, due, expected) => {
    expect(meets({ due: tests }, { due })).toBe(expected);
  });

  it.each<[JsonObject, JsonObject, object]>([
    [
      { due: { before: '2026-01-01' } },
      { due: '2026-02-01' },
      { path: 'conditions.due.before', expected: 'before 2026-01-01', found: '2026-02-01' },
    ],
    [
      { due: { before: '2026-01-01' } },
      { due: 'soon' },
      {
        path: 'conditions.due.before',
        expected: 'before 2026-01-01, and this is no date',
        found: 'soon',
      },
    ],
    [
      { due: { after: '2026-01-01' } },
      {},
      { path: 'conditions.due.after', expected: 'after 2026-01-01' },
    ],
  ])('%j say what there is', (conditions, value, mismatch) => {
    expect(findMismatch(conditions, value)).toEqual(mismatch);
  });

  it.each(['2026-02-30', '2026-01-01T25:00:00Z', '2026-01-01T10:00:00+99:00'])(
    'refuse %s, which looks like a date and is none',
    (before) => {
      expect(findFaults({ due: { before } })).toEqual([
        'conditions.due.before: expected a date that exists, such as 2026-12-01 or 2026-12-01T08:30:00+01:00 (without an offset: UTC)',
      ]);
    },
  );

  it.each<[JsonObject, readonly string[]]>([
    [{ due: { before: 'tomorrow' } }, ['before']],
    [{ due: { within: 'an hour' } }, ['within']],
    [{ labels: { size: 'big' } }, ['size']],
    [{ check_suite: { before: '6dcb09b5b57875f334f61aebed695e2e4193db5e' } }, []],
    [{ range: { before: 'tomorrow', name: 'x' } }, []],
    [{ labels: { size: { gte: 2 } } }, []],
    [{ before: 'tomorrow' }, []],
  ])('%j may be meant otherwise: %j', (conditions, keys) => {
    const doubts = findConditionDoubts(createTrigger({ conditions }));
    expect(doubts.map(({ path }) => path.at(-1))).toEqual(keys);
  });
});

describe('within', () => {
  const event = createEvent({ receivedAt: '2026-12-01T08:30:00.000Z' });
  const meetsAt = (within: Json, due: Json) => {
    const { check } = compileConditions({ due: { within } }, new Compilation({}).at('conditions'));
    return check({ due }, event);
  };

  it.each<[Json, Json, boolean]>([
    ['1h', '2026-12-01T07:30:00Z', true],
    ['1h', '2026-12-01T07:29:59.999Z', false],
    ['1h', '2026-12-01T09:30:00Z', true],
    ['1h', '2026-12-01T09:30:00.000000001Z', false],
    [3600, Date.parse('2026-12-01T08:00:00Z') / 1000, true],
    ['1d', 'soon', false],
  ])('%s of the time of receipt, at %s: %s', (within, due, expected) => {
    expect(meetsAt(within, due) === undefined).toBe(expected);
  });

  it('says of which time', () => {
    expect(meetsAt('1h', '2026-12-01')).toEqual({
      path: 'conditions.due.within',
      expected: 'within 1h of 2026-12-01T08:30:00.000Z',
      found: '2026-12-01',
    });
  });
});
