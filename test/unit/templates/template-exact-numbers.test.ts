import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { compileExpression } from '../../../shared/heddle/triggers/templates/expressions.ts';
import { renderTemplate } from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent } from '../../helpers/factories.ts';

const data = parseExactJson(`{
  "id": 9007199254740993, "near": 9007199254740992, "minus": -9007199254740993, "huge": 1e400,
  "part": 12345678901234567.89, "text": "9007199254740993", "list": [1, 9007199254740993],
  "deep": { "n": 0.10000000000000000555, "seven": 7, "half": 0.5, "nothing": null, "yes": true }
}`) as JsonObject;
const fields = parseExactJson('{"number":820982911946154508}') as JsonObject;
const event = createEvent({ data, fields });
const render = (text: string) => renderTemplate(text, event, 'variables.text');
const ask = (expression: string) => compileExpression(expression)(event);

describe('a number that no double holds, in a template', () => {
  it.each([
    ['{{ event.id }}', '9007199254740993'],
    ['{{ fields.number }} {{ event.number }}', '820982911946154508 820982911946154508'],
    ['{{ event.huge }} {{ event.part }}', '1e400 12345678901234567.89'],
    ['{{ event.id | string }}{{ event.id ~ "x" }}', '90071992547409939007199254740993x'],
    ['{{ event.list | join(",") }}', '1,9007199254740993'],
    ['{{ event.list | tojson }}', '[1, 9007199254740993]'],
    [
      '{{ event.deep | tojson }}',
      '{"n": 0.10000000000000000555, "seven": 7, "half": 0.5, "nothing": null, "yes": true}',
    ],
    ['{{ event.list }}', '[1, 9007199254740993]'],
    ['{% for n in event.list %}{{ n }};{% endfor %}', '1;9007199254740993;'],
    ['{{ event.id | upper }}', '9007199254740993'],
    ['{% if event.huge %}yes{% endif %}', 'yes'],
    [
      '{{ 9007199254740993 }} {{ 0.10000000000000000555 }}',
      '9007199254740993 0.10000000000000000555',
    ],
  ])('is written out as it was sent: %s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['{{ event.id + 1 }}', '9007199254740994'],
    ['{{ event.near + 1 }}', '9007199254740993'],
    ['{{ event.id - event.near }}', '1'],
    ['{{ event.id - 9007199254740993 }}', '0'],
    ['{{ event.id * 2 + 1 }}', '18014398509481987'],
    ['{{ event.id % 10 }}', '3'],
    ['{{ -event.id }} {{ -event.minus }}', '-9007199254740993 9007199254740993'],
    ['{{ event.minus | abs }}', '9007199254740993'],
    ['{{ event.text | int }} {{ event.text | int + 1 }}', '9007199254740993 9007199254740994'],
    ['{{ event.part | int }} {{ event.id | int }}', '12345678901234567 9007199254740993'],
    ['{{ event.id | float }}', '9007199254740993'],
    ['{{ event.id + 0.5 }}', '9007199254740992.0'],
    ['{{ event.id / 2 }}', '4503599627370496.0'],
    ['{{ event.deep.seven + 1 - 2 * 3 % 4 }} {{ -event.deep.half }}', '6 -0.5'],
  ])('is calculated with: %s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['event.id == 9007199254740993', true],
    ["event.id == '9007199254740993'", true],
    ['event.id == 9007199254740992', false],
    ['event.id != event.near', true],
    ['event.id == event.list[1]', true],
    ['event.id > event.near', true],
    ['event.near < 9007199254740993', true],
    ['event.id >= 9007199254740994', false],
    ['event.huge > 1', true],
    ['event.id in event.list', true],
    ['event.near in event.list', false],
    ["event.id < 'x'", false],
    ['event.id == none', false],
    ['event.deep.n == 0.1', false],
    ['event.id is number', true],
    ['event.id is integer', true],
  ])('is compared exactly: %s is %s', (expression, expected) => {
    expect(ask(expression)).toBe(expected);
  });

  it('is calculated once, however long the sum', () => {
    const sum = Array(80).fill('event.deep.seven').join(' + ');
    expect(render(`{{ ${sum} }}`)).toBe('560');
  });
});
