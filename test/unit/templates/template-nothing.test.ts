import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../shared/heddle/triggers/templates/expressions.ts';
import { renderTemplate } from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent } from '../../helpers/factories.ts';

const event = createEvent({ data: { body: null, tags: ['a', 'b'], count: 2 } });
const render = (text: string) => renderTemplate(text, event, 'variables.text');

it.each([
  ['event.count | trim', '2'],
  ["event.count | replace('2', 'two')", 'two'],
  ['true | upper', 'TRUE'],
  ['1.5 | indent', '1.5'],
])('{{ %s }} takes a number for its text: "%s"', (text, expected) => {
  expect(render(`{{ ${text} }}`)).toBe(expected);
});

/** `FIELD` is a missing field, or a null one such as GitHub's empty `body`. */
describe.each(['event.missing', 'event.missing.deeper', 'event.body'])('of %s', (field) => {
  it.each([
    ['upper', ''],
    ['lower', ''],
    ['title', ''],
    ['capitalize', ''],
    ['trim', ''],
    ['string', ''],
    ['indent(2)', ''],
    ["replace('<', '&lt;')", ''],
    ['int', '0'],
    ['int(7)', '7'],
    ['float', '0.0'],
    ['length', '0'],
    ["join(', ')", ''],
    ['first', ''],
    ['last | upper', ''],
    ['list', '[]'],
    ['reverse | join', ''],
    ['sort', '[]'],
    ['unique', '[]'],
    ["map(attribute='name') | list", '[]'],
    ["selectattr('name') | list", '[]'],
    ["rejectattr('name') | list", '[]'],
    ['items', '[]'],
    ['keys', '[]'],
    ['values', '[]'],
    ['dictsort', '[]'],
    ['tojson', 'null'],
    ['safe', ''],
    ["default('none', true)", 'none'],
  ])('the filter %s gives "%s"', (filter, expected) => {
    expect(render(`{{ ${field} | ${filter} }}`)).toBe(expected);
  });

  it('a loop has no turns', () => {
    expect(render(`{% for x in ${field} %}{{ x }}{% else %}none{% endfor %}`)).toBe('none');
    expect(render(`{% for x in ${field} if x %}{{ x }}{% endfor %}`)).toBe('');
  });

  it('~ adds nothing', () => {
    expect(render(`{{ 'by ' ~ ${field} }}{{ ${field} ~ '!' }}{{ ${field} ~ ${field} }}`)).toBe(
      'by !',
    );
  });

  it.each([
    ['| length > 1', false],
    ['| int > 3', false],
    ["| lower == ''", true],
  ])('an expression asks "%s"', (rest, expected) => {
    expect(compileExpression(`${field} ${rest}`)(event)).toBe(expected);
  });
});

it('writes what ~ joins as it would stand alone', () => {
  expect(render("{{ event.tags ~ '/' ~ event.count ~ '/' ~ true }}")).toBe('["a", "b"]/2/true');
});

it('has no default for null, which is there', () => {
  expect(render("[{{ event.body | default('none') }}]")).toBe('[]');
});
