import { describe, expect, it } from 'vitest';
import { isEmptyKey } from '../../../shared/heddle/triggers/empty-key.ts';
import { renderKey } from '../../../shared/heddle/triggers/inputs/group-keys.ts';
import { toOrderingKey } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const data = {
  none: null,
  text: '',
  spaces: ' \n',
  list: [],
  map: {},
  zero: 0,
  no: false,
  id: 'a',
};
const event = createEvent({ data, fields: {} });

function render(template: string): string | undefined {
  return renderKey(createTrigger(), template, event, 'dedupe.key');
}

describe('a key that says nothing of the event', () => {
  it.each([
    ['a missing field', '{{ event.missing }}'],
    ['a field of a missing field', '{{ event.order.id }}'],
    ['null', '{{ event.none }}'],
    ['an empty text', '{{ event.text }}'],
    ['only spaces', '{{ event.spaces }}'],
    ['an empty list', '{{ event.list }}'],
    ['an empty map', '{{ event.map }}'],
    ['nothing of several', '{{ event.missing }}{{ event.none }}'],
    ['nothing beside a text', 'order-{{ event.order.id }}'],
    ['nothing at both sides of a text', '{{ event.missing }}/{{ event.none }}'],
    ['nothing beside a text, with spaces taken away', 'order- {{- event.missing -}} -a'],
    ['nothing by a statement', '{% if event.missing %}{{ event.missing }}{% endif %}'],
  ])('is none: %s', (_, template) => {
    expect(render(template)).toBeUndefined();
    expect(toOrderingKey(createTrigger({ orderingKey: template }), event)).toBeUndefined();
  });

  it.each(['None', 'null', 'undefined', '[]', '{}'])('is none where it renders %s', (text) => {
    expect(isEmptyKey('{{ event.id }}', text)).toBe(true);
    expect(isEmptyKey('{{ event.id }}', ` ${text}\n`)).toBe(true);
    expect(isEmptyKey('order-{{ event.id }}', `order-${text}`)).toBe(true);
  });
});

describe('a key that says something', () => {
  it.each([
    ['a constant', 'all', 'all'],
    ['zero', '{{ event.zero }}', '0'],
    ['false', '{{ event.no }}', 'false'],
    ['one of several', '{{ event.missing }}/{{ event.id }}', '/a'],
    ['a value beside a text', 'order-{{ event.id }}', 'order-a'],
    ['a default', '{{ event.missing | default("b") }}', 'b'],
    ['the text of a statement', '{% if event.missing %}x{% else %}none{% endif %}', 'none'],
  ])('is as it is rendered: %s', (_, template, key) => {
    expect(render(template)).toBe(key);
    expect(toOrderingKey(createTrigger({ orderingKey: template }), event)).toBe(key);
  });
});
