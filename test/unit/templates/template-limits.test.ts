import { describe, expect, it } from 'vitest';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import {
  findTemplateFault,
  renderTemplate,
} from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent } from '../../helpers/factories.ts';

describe('a text that is no template', () => {
  it.each([
    ['is not closed', '{{ event.name', 'expected a Jinja template: Unexpected end of input'],
    ['is empty', '{{ }}', 'expected a Jinja template: Unexpected token: CloseExpression'],
    [
      'names what is not there',
      '{{ evnt.name }}',
      'unknown name "evnt" (known: event, fields, trigger)',
    ],
    [
      'names an item where there is none',
      '{{ item.name }}',
      'unknown name "item" (known: event, fields, trigger): it is there for triggers with forEach',
    ],
    [
      'counts',
      '{% for i in range(1000000000) %}x{% endfor %}',
      'expected a Jinja template: unknown method "range"',
    ],
    [
      'has a loop in a loop',
      '{% for a in event.x %}{% if a %}{% for b in event.x %}{% endfor %}{% endif %}{% endfor %}',
      'expected a Jinja template: a loop in a loop is not supported',
    ],
    [
      'has a macro',
      '{% macro m() %}{{ m() }}{% endmacro %}',
      'expected a Jinja template: {% macro %} is not supported',
    ],
    [
      'calls what it has stored',
      "{% set f = event.a.replace %}{{ f('', 'x') }}",
      'expected a Jinja template: unknown method "f"',
    ],
    [
      'calls by a name it computes',
      "{{ event.a['replace']('', 'x') }}",
      'expected a Jinja template: unknown method "undefined"',
    ],
    [
      'multiplies by a sender’s text',
      "{{ event.a | replace('x', event.b) }}",
      'expected a Jinja template: the arguments of replace must be literals',
    ],
    [
      'multiplies by a long text',
      `{{ event.a.replace('x', '${'y'.repeat(101)}') }}`,
      'expected a Jinja template: the arguments of replace must be literals',
    ],
    [
      'indents without end',
      '{{ event.a | indent(1000000000) }}',
      'expected a Jinja template: the arguments of indent must be literals',
    ],
    [
      'has an unknown filter',
      '{{ event.a | shout }}',
      'expected a Jinja template: unknown filter "shout"',
    ],
    [
      'has an unknown test',
      '{{ event.a is nice }}',
      'expected a Jinja template: unknown test "nice"',
    ],
    [
      'spreads',
      '{{ event.a.get(*event.b) }}',
      'expected a Jinja template: an argument with * is not supported',
    ],
    [
      'nests too deep',
      `{{ ${'not '.repeat(200)}event }}`,
      'expected a Jinja template: nests deeper than 100 levels',
    ],
    [
      'overflows the parser',
      `{{ ${'('.repeat(4900)}1${')'.repeat(4900)} }}`,
      'expected a Jinja template: Maximum call stack',
    ],
    [
      'is too long',
      `{{ event.a }}${'x'.repeat(10_000)}`,
      'expected a template of at most 10000 characters',
    ],
  ])('%s: the fault says so', (_, text, expected) => {
    expect(findTemplateFault(text)).toMatch(new RegExp(`^${RegExp.escape(expected)}`));
  });

  it('may not name what is not known in its place', () => {
    expect(findTemplateFault('{{ trigger.name }}', ['event', 'fields'])).toBe(
      'unknown name "trigger" (known: event, fields)',
    );
  });
});

describe('a template that would not end', () => {
  const items = Array.from({ length: 200_000 }, () => 'x');
  const big = createEvent({ data: { text: 'x'.repeat(1_000_000), items } });

  it.each([
    [
      'takes more turns than it may',
      '{% for i in event.items %}{% endfor %}',
      'characters of work',
    ],
    [
      'doubles a list',
      `{% set x = event.items %}${'{% set x = x + x %}'.repeat(40)}`,
      'characters of work',
    ],
    [
      'holds a list in itself',
      `{% set x = event.items %}${'{% set x = [x, x] %}'.repeat(60)}{{ x }}`,
      'characters of work',
    ],
    [
      'doubles a text',
      `{% set x = event.text %}${'{% set x = x ~ x %}'.repeat(40)}{{ x }}`,
      'characters of work',
    ],
    [
      'writes everything at every turn',
      '{% for i in event.items[:1000] %}{{ event | tojson }}{% endfor %}',
      'characters of work',
    ],
    [
      'multiplies a text',
      `{{ event.text | replace('', '${'y'.repeat(100)}') }}`,
      'characters of work',
    ],
    [
      'takes many steps',
      `{% for i in event.items[:9000] %}${'{{ i }}'.repeat(50)}{% endfor %}`,
      'takes more than 100000 steps',
    ],
    ['gives a long text', '{{ event.text }}', 'longer than 100000 characters'],
  ])('is stopped: it %s', (_, text, expected) => {
    expect(findTemplateFault(text)).toBeUndefined();
    const run = () => renderTemplate(text, big, 'variables.text');
    expect(run).toThrow(TerminalError);
    expect(run).toThrow(expected);
  });

  it('does not keep a template from a short piece of a long text', () => {
    expect(renderTemplate('{{ event.text[:3] }}', big, 'variables.text')).toBe('xxx');
  });
});
