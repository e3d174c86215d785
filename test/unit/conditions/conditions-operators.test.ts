import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { findMismatch, meets } from '../../helpers/conditions.ts';

const payload: JsonObject = {
  amount: 150,
  name: 'web-cpu-high',
  at: '2026-01-02T00:00:00Z',
  open: true,
  nothing: null,
  tags: ['a', 'b', 7],
  labels: { severity: 'critical', in: 'prod' },
  limits: { gt: 5 },
  all: 3,
  expression: 'x + y',
  url_pattern: '/a/*',
};

describe('an operator', () => {
  it.each<[JsonObject, boolean]>([
    [{ amount: { eq: 150 } }, true],
    [{ amount: { eq: '150' } }, false],
    [{ tags: { eq: ['a', 'b', 7] } }, true],
    [{ amount: { ne: 150 } }, false],
    [{ amount: { ne: 151 } }, true],
    [{ amount: { gt: 149.5 } }, true],
    [{ amount: { gt: 150 } }, false],
    [{ amount: { gte: 150 } }, true],
    [{ amount: { lt: 150 } }, false],
    [{ amount: { lte: 150 } }, true],
    [{ amount: { gt: 100, lt: 200 } }, true],
    [{ amount: { gt: 100, lt: 150 } }, false],
    [{ at: { gte: '2026-01-01T00:00:00Z', lt: '2026-02-01T00:00:00Z' } }, true],
    [{ amount: { gt: '100' } }, false],
    [{ name: { gt: 1 } }, false],
    [{ open: { gt: 0 } }, false],
    [{ nothing: { gte: 0 } }, false],
    [{ tags: { gt: 7 } }, false],
    [{ amount: { in: [1, 150] } }, true],
    [{ amount: { notIn: [1, 150] } }, false],
    [{ amount: { notIn: [1] } }, true],
    [{ name: { contains: 'cpu' } }, true],
    [{ tags: { contains: 'b' } }, true],
    [{ tags: { contains: '7' } }, false],
    [{ labels: { contains: 'severity' } }, false],
    [{ name: { startsWith: 'web-' } }, true],
    [{ name: { endsWith: '-high' } }, true],
    [{ amount: { startsWith: '1' } }, false],
    [{ 'labels.severity': { in: ['critical'] } }, true],
    [{ labels: { severity: { ne: 'low' } } }, true],
  ])('%j: %s', (conditions, expected) => {
    expect(meets(conditions, payload)).toBe(expected);
  });

  it.each<[JsonObject, boolean]>([
    [{ exists: false }, true],
    [{ exists: true }, false],
    [{ ne: 1 }, true],
    [{ notIn: [1] }, true],
    [{ not: { gt: 1 } }, true],
    [{ eq: null }, false],
    [{ gt: -1 }, false],
    [{ lt: 1 }, false],
    [{ in: [null] }, false],
    [{ contains: '' }, false],
    [{ startsWith: '' }, false],
    [{ pattern: '' }, false],
  ])('%j on what is missing: %s', (tests, expected) => {
    expect(meets({ missing: tests }, payload)).toBe(expected);
    expect(meets({ 'labels.missing.deeper': tests }, payload)).toBe(expected);
  });

  it('takes null for something', () => {
    expect(meets({ nothing: { exists: true } }, payload)).toBe(true);
    expect(meets({ nothing: { eq: null } }, payload)).toBe(true);
  });

  it('is a name like any other beside names, and behind a dot', () => {
    expect(meets({ labels: { severity: 'critical', in: 'prod' } }, payload)).toBe(true);
    expect(meets({ 'limits.gt': 5 }, payload)).toBe(true);
    expect(meets({ 'limits.gt': { lt: 6 } }, payload)).toBe(true);
  });

  it('says where it stands', () => {
    const conditions = { labels: { severity: { in: ['low', 'high'] } } };
    expect(findMismatch(conditions, payload)).toEqual({
      path: 'conditions.labels.severity.in',
      expected: ['low', 'high'],
      found: 'critical',
    });
  });
});

describe('all, any and not', () => {
  it.each<[JsonObject, boolean]>([
    [{ all: [{ amount: 150 }, { open: true }] }, true],
    [{ all: [{ amount: 150 }, { open: false }] }, false],
    [{ any: [{ amount: 1 }, { open: true }] }, true],
    [{ any: [{ amount: 1 }, { open: false }] }, false],
    [{ not: { amount: 1 } }, true],
    [{ not: { amount: 150, open: true } }, false],
    [{ not: { missing: 1 } }, true],
    [{ any: [{ all: [{ amount: 150 }, { not: { open: false } }] }, { amount: 2 }] }, true],
    [{ amount: 150, any: [{ open: false }] }, false],
    [{ labels: { any: [{ severity: 'low' }, { severity: 'critical' }] } }, true],
    [{ labels: { not: { severity: 'critical' } } }, false],
    [{ amount: { any: [{ lt: 10 }, { gt: 100 }] } }, true],
    [{ amount: { not: { gt: 100 } } }, false],
    [{ amount: { all: [{ gt: 100 }, { not: { in: [150] } }] } }, false],
    [{ all: { eq: 3 } }, true],
    [{ expression: { eq: 'x + y' } }, true],
    [{ url_pattern: { startsWith: '/a' } }, true],
  ])('%j: %s', (conditions, expected) => {
    expect(meets(conditions, payload)).toBe(expected);
  });

  it.each<[JsonObject, object]>([
    [
      { all: [{ amount: 150 }, { open: false }] },
      { path: 'conditions.all.1.open', expected: false, found: true },
    ],
    [
      { any: [{ amount: 1 }, { amount: 2 }] },
      { path: 'conditions.any', expected: [{ amount: 1 }, { amount: 2 }] },
    ],
    [{ not: { amount: 150 } }, { path: 'conditions.not', expected: { amount: 150 } }],
  ])('%j say which of them is not met', (conditions, expected) => {
    expect(findMismatch(conditions, payload)).toEqual(expected);
  });
});

describe('a pattern', () => {
  it.each<[JsonObject, boolean]>([
    [{ name_pattern: '.*-cpu-high' }, true],
    [{ name_pattern: 'web' }, true],
    [{ name_pattern: 'cpu' }, false],
    [{ name_pattern: 'x|cpu' }, false],
    [{ name_pattern: 'web$' }, false],
    [{ name_pattern: '(?i)WEB' }, true],
    [{ name_pattern: '(?P<what>web)-' }, true],
    [{ amount_pattern: '1\\d+$' }, true],
    [{ open_pattern: 'tr' }, true],
    [{ nothing_pattern: '.*' }, false],
    [{ missing_pattern: '.*' }, false],
    [{ labels_pattern: '.*' }, false],
    [{ tags_pattern: 'b' }, true],
    [{ tags_pattern: '7' }, true],
    [{ tags_pattern: 'c' }, false],
    [{ 'labels.severity_pattern': 'crit' }, true],
    [{ labels: { severity_pattern: 'crit' } }, true],
    [{ name: { pattern: 'web', endsWith: 'high' } }, true],
    [{ name: { not: { pattern: 'cpu' } } }, true],
    [{ _pattern: 'x' }, false],
  ])('%j: %s', (conditions, expected) => {
    expect(meets(conditions, payload)).toBe(expected);
  });

  it('does not take a line for the start', () => {
    expect(meets({ text_pattern: '^b' }, { text: 'a\nb' })).toBe(false);
    expect(meets({ text_pattern: '(?m)^b' }, { text: 'a\nb' })).toBe(false);
  });

  it('is asked after what is cheaper, wherever it is written', () => {
    const conditions = { name_pattern: 'nothing like it', amount: 1 };
    expect(findMismatch(conditions, payload)).toMatchObject({ path: 'conditions.amount' });
    const deep = { any: [{ name_pattern: 'x' }], labels: { severity_pattern: 'x' }, open: false };
    expect(findMismatch(deep, payload)).toMatchObject({ path: 'conditions.open' });
  });
});
