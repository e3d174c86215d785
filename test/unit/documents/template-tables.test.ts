import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { findTemplateFault } from '../../../shared/heddle/triggers/templates/template.ts';
import { listCallables } from '../../helpers/jinja-table.ts';
import { readmeExample } from '../../helpers/readme-example.ts';

const page = readFileSync(
  new URL('../../../shared/heddle/triggers/README.md', import.meta.url),
  'utf8',
);

describe('the page on triggers', () => {
  it.each(['filter', 'test', 'method'] as const)('lists each %s with its arguments', (kind) => {
    expect(page).toContain(`| ${kind}s | ${listCallables(kind)} |`);
  });

  it('shows templates whose values keep their types', async () => {
    const { triggers } = readmeExample('Templates') as { triggers: object[] };
    const http: unknown[] = [];
    await using app = await createTestApp({
      triggers: triggers as never,
      http: ({ body }) => {
        http.push(JSON.parse(String(body)));
        return { status: 204 };
      },
    });
    const rows = [
      { id: 'i1', price: 3 },
      { id: 'i2', price: 9 },
    ];
    await app.emit('order', { rows, at: '2026-01-02T23:30:00Z', paid: true });
    expect(http).toEqual([
      { count: 2, paid: true, dear: ['i2'], ids: 'i1, i2', sum: '12', day: '03.01.2026' },
    ]);
  });
});

describe('a template that can never work', () => {
  it.each([
    ['{{ event.a | uper }}', 'unknown filter "uper": did you mean upper?'],
    [
      "{{ event.a | join(', ', atribute='id') }}",
      'has no argument "atribute": did you mean attribute?',
    ],
    ['{{ event.a | upper(1) }}', 'filter "upper" takes at most no arguments, not 1'],
    ['{{ event.a | replace("a") }}', 'filter "replace" needs the argument "new"'],
    [
      "{{ event.a | center('9') }}",
      'the argument "width" of filter "center" must be a whole number',
    ],
    ['{{ event.a is divisibleby }}', 'test "divisibleby" needs the argument "num"'],
    ['{{ event.a is definde }}', 'unknown test "definde": did you mean defined?'],
    ['{{ event.a.uper() }}', 'unknown method "uper": did you mean upper?'],
    ["{{ event.a | selectattr('p', 'gtt', 1) }}", 'unknown test "gtt"'],
    ["{{ event.a | map('uper') }}", 'unknown filter "uper": did you mean upper?'],
    ["{{ '%q' % 1 }}", 'unknown format %q'],
    ["{{ event.at | date('%Q') }}", 'unknown code %Q of a date'],
    ["{{ event.at | date(tz='Mars') }}", 'unknown time zone "Mars"'],
    ['{{ event.a | round(1000000) }}', 'must be from -100 to 100'],
    ['line one\n{{ event.a }}\n{{ event.b | uper }}', 'did you mean upper? (line 3 of the text)'],
  ])('is a fault when the file is read: %j', (text, expected) => {
    expect(findTemplateFault(text)).toContain(expected);
  });
});
