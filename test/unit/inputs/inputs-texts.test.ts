import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import {
  hasPaths,
  hasTemplates,
  loadTriggers,
} from '../../../shared/heddle/triggers/definitions/load.ts';
import { readYaml } from '../../../shared/heddle/triggers/definitions/read-yaml.ts';
import { findPathFaults } from '../../../shared/heddle/triggers/inputs/mapping.ts';
import { findTemplateFaults } from '../../../shared/heddle/triggers/templates/template-faults.ts';
import { createTrigger } from '../../helpers/factories.ts';

describe('the templates of a trigger', () => {
  it('are reported by their paths where they are none', () => {
    const variables = { fine: '{{ event.a }}', list: ['{{ evnt.a }}', { deep: '{{ event.a' }] };
    expect(
      findTemplateFaults(createTrigger({ variables, orderingKey: '{{ trigger.name }}' })),
    ).toEqual([
      {
        path: ['variables', 'list', 0],
        message: 'unknown name "evnt" (known: event, fields, trigger)',
      },
      {
        path: ['variables', 'list', 1, 'deep'],
        message: 'expected a Jinja template: Unexpected end of input',
      },
      { path: ['orderingKey'], message: 'unknown name "trigger" (known: event, fields)' },
    ]);
    expect(findTemplateFaults(createTrigger())).toEqual([]);
  });
});

describe('every text that is a template', () => {
  const broken = '{{ evnt.a }}';
  const fault = 'unknown name "evnt" (known: event, fields, trigger)';

  it.each<[string, JsonObject]>([
    ['variables.a', { variables: { a: broken } }],
    ['transform.a.0', { transform: { a: [broken] } }],
    ['concurrencyKey', { concurrencyKey: broken }],
    ['priority', { priority: broken }],
    ['debounce.key', { debounce: { wait: '1s', key: broken } }],
    ['batch.key', { batch: { size: 2, wait: '1s', key: broken } }],
    ['dedupe.key', { dedupe: { window: '1s', key: broken } }],
  ])('is checked: %s', (place, written) => {
    const faults = findTemplateFaults(createTrigger(written));
    expect(faults.map(({ path, message }) => [path.join('.'), message])).toEqual([[place, fault]]);
    expect(hasTemplates({ value: { triggers: [written] }, locate: () => 1 })).toBe(true);
    expect(hasPaths({ value: { triggers: [written] }, locate: () => 1 })).toBe(false);
  });

  it.each([
    ['is as long as an attack', 'x'.repeat(1_000_000).concat(broken), 'at most 10000 characters'],
    [
      'loops in loops',
      '{% for a in event.x %}{% for b in a %}{% endfor %}{% endfor %}',
      'a loop in a loop',
    ],
    ['counts', '{% for i in range(1000000000) %}x{% endfor %}', 'unknown method "range"'],
    ['calls a constructor', '{{ event.constructor("x") }}', 'unknown method "constructor"'],
    ['defines', '{% macro m() %}{{ m() }}{% endmacro %}', '{% macro %} is not supported'],
  ])('has a fault where it %s', (_, text, expected) => {
    for (const field of ['transform', 'variables']) {
      const [fault] = findTemplateFaults(createTrigger({ [field]: { a: text } }));
      expect(fault).toMatchObject({
        path: [field, 'a'],
        message: expect.stringContaining(expected),
      });
    }
  });
});

describe('every text that is a path', () => {
  it.each<[string, JsonObject]>([
    ['inputMapping.id', { inputMapping: { id: '$.a[', fine: '$.a' } }],
    ['inputMapping.id', { inputMapping: { id: 'a.b' } }],
    ['outputMapping.id', { source: 'completion', outputMapping: { id: '$..a..b', fine: 'a.b' } }],
  ])('is checked: %s', (place, written) => {
    const faults = findPathFaults(createTrigger(written));
    expect(faults.map(({ path }) => path.join('.'))).toEqual([place]);
    expect(faults[0]?.message).toMatch(/^expected a JSONPath such as \$\.user\.id/);
    expect(hasPaths({ value: { triggers: [written] }, locate: () => 1 })).toBe(true);
    expect(hasTemplates({ value: { triggers: [written] }, locate: () => 1 })).toBe(false);
  });
});

describe('a triggers file', () => {
  it('has the line of every text at fault', () => {
    const read = readYaml(`
triggers:
  - name: a
    source: github
    actor: log
    dedupe:
      window: 1s
      key: '{{ evnt.id }}'
    inputMapping:
      fine: $.a
      broken: $.a[
`);
    const known = { actors: ['log'], sources: ['github'], findTemplateFaults, findPathFaults };
    expect(loadTriggers(read, known).faults).toMatchObject([
      {
        line: 8,
        trigger: 'a',
        message: expect.stringContaining('dedupe.key: unknown name "evnt"'),
      },
      {
        line: 11,
        trigger: 'a',
        message: expect.stringContaining('inputMapping.broken: expected a'),
      },
    ]);
  });
});

describe('the name of an app setting', () => {
  const find = (variables: JsonObject) => findTemplateFaults(createTrigger({ variables }));

  it('is no template: a sender would choose which secret goes out', () => {
    const faults = [
      ...find({ headerSettings: { Authorization: '{{ event.name }}' } }),
      ...find({ webhookSetting: 'X_{% if event.a %}A{% endif %}' }),
      ...find({ urlSetting: '{{ event.a }}' }),
    ];
    expect(faults.map(({ path }) => path.join('.'))).toEqual([
      'variables.headerSettings.Authorization',
      'variables.webhookSetting',
      'variables.urlSetting',
    ]);
  });

  it('is fine as it stands', () => {
    expect(find({ webhookSetting: 'SLACK_WEBHOOK_URL', text: '{{ event.a }}' })).toEqual([]);
  });

  it('is taken from no event either', () => {
    const mapped = { webhookSetting: '$.a', text: '$.b' };
    const trigger = { source: 'completion', inputMapping: mapped, outputMapping: mapped };
    expect(findPathFaults(createTrigger(trigger))).toEqual([
      { path: ['inputMapping', 'webhookSetting'], message: expect.stringContaining('app setting') },
      {
        path: ['outputMapping', 'webhookSetting'],
        message: expect.stringContaining('app setting'),
      },
    ]);
    const dotted = { inputMapping: { 'headerSettings.Authorization': '$.a', 'headers.A': '$.b' } };
    expect(findPathFaults(createTrigger(dotted))).toEqual([
      expect.objectContaining({ path: ['inputMapping', 'headerSettings.Authorization'] }),
    ]);
    expect(
      findTemplateFaults(createTrigger({ transform: { webhookSetting: '{{ event.a }}' } })),
    ).toHaveLength(1);
  });
});
