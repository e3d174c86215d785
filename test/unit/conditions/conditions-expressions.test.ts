import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { compileExpression } from '../../../shared/heddle/triggers/templates/expressions.ts';
import { findMismatch } from '../../helpers/conditions.ts';
import { createEvent } from '../../helpers/factories.ts';

const data: JsonObject = {
  amount: 150,
  action: 'opened',
  name: 'web-cpu-high',
  at: '2026-01-02T00:00:00Z',
  draft: false,
  one: 1,
  nothing: null,
  empty: [],
  labels: [{ name: 'bug' }, { name: 'urgent' }],
  tags: ['a', 'b'],
  dimensions: { host: 'web-1' },
};
const event = createEvent({ data, fields: { action: 'normalized', base_branch: 'main' } });
const says = (text: string) => compileExpression(text)(event) === true;

describe('a bare expression', () => {
  it.each([
    ["event.amount > 100 and fields.action == 'normalized'", true],
    ["event.amount > 200 or event.base_branch == 'main'", true],
    ['not event.draft', true],
    ['event.labels', true],
    ['event.empty', false],
    ['event.nothing', false],
    ['event.missing', false],
    ['event.name', true],
    ["''", false],
    ['0', false],
    ['event.dimensions', true],
    ["event.name.startswith('web')", true],
    ["event.dimensions.get('host', 'x') == 'web-1'", true],
    ["event.labels | map(attribute='name') | join(',') == 'bug,urgent'", true],
    ['event.tags | length == 2', true],
    ["'b' in event.tags", true],
    ["'c' not in event.tags", true],
    ['event.missing is defined', false],
    ["event.name[:3] == 'web'", true],
    ["true if event.action == 'opened' else false", true],
  ])('%s: %s', (text, expected) => {
    expect(says(text)).toBe(expected);
  });

  it.each([
    ['event.missing > 1', false],
    ['event.missing < 1', false],
    ['event.nothing >= 0', false],
    ["event.missing in ['a']", false],
    ["'a' in event.missing", false],
    ["'a' not in event.nothing", true],
    ["'a' in event.amount", false],
    ["event.missing != 'a'", true],
    ['event.missing == none', false],
    ['event.name > 1', false],
    ["event.at > '2026-01-01'", true],
    ["event.amount == '150'", false],
    ["event.tags == 'a,b'", false],
    ["event.tags == ['a', 'b']", true],
    ["event.dimensions == {'host': 'web-1'}", true],
    ["event.dimensions == {'host': 'web-1', 'zone': 1}", false],
    ["event.tags == ['a', 'b', 'c']", false],
    ['event.one == true', true],
    ['event.one == 1.0', true],
    ['event.draft == 0', true],
    ["event.draft == ''", false],
    ["{'name': 'bug'} in event.labels", true],
    ["'host' in event.dimensions", true],
  ])('compares as Python does, and never throws: %s: %s', (text, expected) => {
    expect(says(text)).toBe(expected);
  });

  it.each([
    ['event.missing.get("x")', 'Cannot call something that is not a function'],
    ['event.missing + 1', 'Cannot perform operation + on undefined values'],
    ['event.dimensions.get', 'a method without () is no value'],
  ])('%s cannot be asked', (text, message) => {
    expect(() => says(text)).toThrow(message);
    expect(() => findMismatch({ expression: text }, data)).toThrow(
      `conditions.expression: ${message}`,
    );
  });
});

describe('an expression with tags', () => {
  it.each([
    ['{{ event.amount > 100 }}', true],
    ["{% if event.action == 'opened' %} Yes {% endif %}", true],
    ['{{ event.one }}', true],
    ['{{ event.amount }}', false],
    ['{{ event.draft }}', false],
    ['{{ event.missing }}', false],
    ["  {{ 'TRUE' }}\n", true],
    ['{{ event.name }}', false],
  ])('%s: %s', (text, expected) => {
    expect(says(text)).toBe(expected);
  });

  it('that is not met is shown with what it gave', () => {
    const text = '{{ event.name }}';
    expect(findMismatch({ expression: text }, data)).toEqual({
      path: 'conditions.expression',
      expected: text,
      found: 'web-cpu-high',
    });
    expect(findMismatch({ expression: 'event.draft' }, data)).toMatchObject({ found: false });
  });
});

describe('an expression', () => {
  it('sees the whole event, wherever it stands', () => {
    const conditions = { dimensions: { expression: "event.action == 'opened'" } };
    expect(findMismatch(conditions, data)).toBeUndefined();
  });

  it('is asked last', () => {
    const conditions = { expression: 'event.missing + 1', any: [{ amount_pattern: 'x' }] };
    expect(findMismatch(conditions, data)).toMatchObject({ path: 'conditions.any' });
  });

  it.each([
    ["action == 'opened'", 'unknown name "action" (known: event, fields)'],
    ['trigger.name', 'unknown name "trigger" (known: event, fields)'],
    ['', 'expected a Jinja template'],
    ['event.a }} and {{ event.b', 'expected a Jinja template'],
    ['event.a }} x', 'expected one Jinja expression'],
    ['event.a == ', 'expected a Jinja template'],
    ['event.a = 1', 'expected a Jinja template'],
    ['range(1000000000)', 'unknown method "range"'],
    ['{% for i in range(1000000000) %}x{% endfor %}', 'unknown method "range"'],
    [
      '{% for a in event.x %}{% for b in event.x %}x{% endfor %}{% endfor %}',
      'a loop in a loop is not supported',
    ],
    [`event.a == '${'x'.repeat(1_000_000)}'`, 'expected an expression of at most 10000 characters'],
    [`${'('.repeat(4000)}1${')'.repeat(4000)}`, 'expected a Jinja template'],
    ['event.constructor("x")', 'unknown method "constructor"'],
  ])('%.50s is a fault', (text, message) => {
    expect(() => compileExpression(text)).toThrow(message);
  });

  it('reaches no prototype', () => {
    for (const name of ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty']) {
      expect(says(`event.${name}`)).toBe(false);
      expect(says(`event['${name}'].name is defined`)).toBe(false);
      expect(says(`event.tags.${name} or event.name.${name} or event.amount.${name}`)).toBe(false);
    }
  });

  it('ends, whatever it does with a large payload', () => {
    const items = Array.from({ length: 200_000 }, (_, index) => index);
    const big = createEvent({ data: { items } });
    for (const text of [
      '{% for i in event.items %}{{ i }}{% endfor %}',
      `{% set x = event.items %}${'{% set x = x + x %}'.repeat(40)}`,
      `{% set a = [1] %}{% set b = [1] %}${'{% set a = [a, a] %}{% set b = [b, b] %}'.repeat(60)}{{ a == b }}`,
    ]) {
      expect(() => compileExpression(text)(big)).toThrow('of work');
    }
    expect(compileExpression('event.items == event.items')(big)).toBe(true);
  });

  it('that is a large value is asked for its truth alone', () => {
    const items = Array.from({ length: 200_000 }, () => 'x'.repeat(100));
    expect(compileExpression('event.items')(createEvent({ data: { items } }))).toBe(true);
  });

  it('leaves nothing behind for the next', () => {
    expect(says('{% set event = 1 %}{{ event == 1 }}')).toBe(true);
    expect(says('event.amount == 150')).toBe(true);
  });
});
