import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/json.ts';
import { TriggerSchema } from '../../shared/domain/trigger.ts';
import { TerminalError } from '../../shared/errors.ts';
import { findTemplateFaults, toInput, toOrderingKey } from '../../shared/triggers/inputs.ts';
import { createEvent, createTrigger } from '../helpers/factories.ts';

const event = createEvent();

describe('the input of an actor', () => {
  it('is the event where the trigger says nothing', () => {
    expect(toInput(createTrigger(), event)).toEqual({
      ...event.fields,
      ...event.data,
      fields: event.fields,
    });
  });

  it('is what the trigger gives by default, templates untouched', () => {
    const defaultInputs = { mode: 'batch', retry_count: 3, note: '{{ event.number }}' };
    expect(toInput(createTrigger({ defaultInputs }), event)).toEqual(defaultInputs);
  });

  it('is the variables, rendered at every depth, values that are no texts untouched', () => {
    const variables = {
      title: '{{ event.repository.full_name }}#{{ event.number }}',
      nested: { list: ['{{ fields.base_branch }}', 7, null, { by: '{{ trigger.name }}' }] },
    };
    expect(toInput(createTrigger({ variables }), event)).toEqual({
      title: 'octo-org/hello-world#7',
      nested: { list: ['main', 7, null, { by: 'a-trigger' }] },
    });
  });

  it('has a text even where a template is one expression', () => {
    expect(toInput(createTrigger({ variables: { number: '{{ event.number }}' } }), event)).toEqual({
      number: '7',
    });
  });

  it('has variables laid over defaults, key by key', () => {
    const defaultInputs = { a: { x: 1 }, b: 1 };
    const variables = { a: { y: '{{ event.number }}' } };
    expect(toInput(createTrigger({ defaultInputs, variables }), event)).toEqual({
      a: { y: '7' },
      b: 1,
    });
  });

  it('takes a key such as __proto__ for a key', () => {
    const variables = JSON.parse('{"__proto__":{"polluted":"{{ event.number }}"}}');
    const input = toInput(createTrigger({ variables }), event);
    expect(Object.keys(input)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(JSON.stringify(input)).toBe('{"__proto__":{"polluted":"7"}}');
  });

  it('names the place of a template that fails', () => {
    const variables = { labels: [{ sha: '{{ event.missing[:8] }}' }] };
    expect(() => toInput(createTrigger({ variables }), event)).toThrow(
      'the template variables.labels.0.sha of trigger "a-trigger" cannot be rendered: Slice object',
    );
  });

  it('fails as what cannot be helped or not at all, whatever trigger and event', () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        'event',
        'fields',
        'trigger',
        '.a',
        '["a"]',
        '[:2]',
        '[1]',
        '|',
        '.get("a")',
      ],
      ...[
        ' join',
        ' first',
        ' tojson',
        ' length',
        ' upper',
        ' sort',
        'for x in ',
        'endfor',
        'if ',
        'endif',
      ],
      ...[
        'set x = ',
        ' x ',
        ' + ',
        ' ~ ',
        ' in ',
        ' ** ',
        '(',
        ')',
        '-',
        ' not ',
        '"t"',
        '1',
        ',',
        '{',
        '}',
        ' ',
      ],
    );
    const template = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 6 }).map((pieces) => `{{ event.a${pieces.join('')} }}`),
    );
    const payload = fc.record({ a: fc.jsonValue({ maxDepth: 3 }) });
    fc.assert(
      fc.property(template, payload, (a, data) => {
        const trigger = createTrigger({ variables: { a } });
        try {
          expect(typeof toInput(trigger, createEvent({ data: data as never })).a).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(TerminalError);
          expect(error).toMatchObject({ code: 'template_invalid' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an ordering key', () => {
  it('is the text of its template', () => {
    const orderingKey = '{{ event.repository.full_name }}';
    expect(toOrderingKey(createTrigger({ orderingKey }), event)).toBe('octo-org/hello-world');
    expect(toOrderingKey(createTrigger(), event)).toBeUndefined();
  });

  it('names the trigger where it fails', () => {
    expect(() => toOrderingKey(createTrigger({ orderingKey: '{{ event.a[:1] }}' }), event)).toThrow(
      'the template orderingKey of trigger "a-trigger" cannot be rendered',
    );
  });
});

describe('the templates of a trigger', () => {
  it('are told by their places where they are none', () => {
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

describe('a trigger', () => {
  it.each([
    [{ orderingKey: '' }, 'expected a template such as'],
    [{ orderingKey: 'x'.repeat(501) }, 'at most 500 characters'],
    [{ variables: ['a'] }, 'expected an object'],
    [{ defaultInputs: 'a' }, 'expected an object'],
    [{ variables: JSON.parse('{"a":'.repeat(60) + 1 + '}'.repeat(60)) }, 'at most 50 levels'],
  ])('may not have %j', (written, expected) => {
    const trigger = { name: 'a', source: 'github', actor: 'log', ...written };
    expect(TriggerSchema.safeParse(trigger).error?.issues[0]?.message).toContain(expected);
  });
});

describe('the name of an app setting', () => {
  const find = (variables: JsonObject) => findTemplateFaults(createTrigger({ variables }));

  it('is no template: a sender would choose which secret goes out', () => {
    const faults = [
      ...find({ headerSettings: { Authorization: '{{ event.name }}' } }),
      ...find({ webhookSetting: 'X_{% if event.a %}A{% endif %}' }),
    ];
    expect(faults.map(({ path }) => path.join('.'))).toEqual([
      'variables.headerSettings.Authorization',
      'variables.webhookSetting',
    ]);
  });

  it('is fine as it stands', () => {
    expect(find({ webhookSetting: 'SLACK_WEBHOOK_URL', text: '{{ event.a }}' })).toEqual([]);
  });
});
