import { expect, it } from 'vitest';
import { renderTemplate } from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent } from '../../helpers/factories.ts';

const rows = [
  { id: 'i1', price: 3 },
  { id: 'i2', price: 9 },
];
const event = createEvent({ data: { rows, words: ['a', 'b'] }, fields: {} });

/** minijinja #594 and PR #205, nunjucks PR #365, huggingface.js PR #988; answers of Jinja2 3.1.6. */
it.each([
  ["{{ event.rows | join(', ', attribute='id') }}", 'i1, i2'],
  ["{{ event.rows | selectattr('price', 'gt', 5) | list | length }}", '1'],
  ["{{ event.rows | selectattr('id', 'in', ['i1']) | list | length }}", '1'],
  ["{{ event.words | map('upper') | join(' ') }}", 'A B'],
  ["{{ '%05d' % 42 }}", '00042'],
  ['{{ -7 % 3 }}', '2'],
])('%s gives %s, as in Jinja2', (text, expected) => {
  expect(renderTemplate(text, event, 'variables.text')).toBe(expected);
});
