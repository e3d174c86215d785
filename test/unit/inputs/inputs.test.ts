import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TriggerSchema } from '../../../shared/heddle/domain/trigger.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { renderKey } from '../../../shared/heddle/triggers/inputs/group-keys.ts';
import { toInput, toOrderingKey } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const event = createEvent();
const _trigger_event = {
  ...{ trigger_id: 'a-trigger', event_type: 'pull_request.opened', event_id: 'delivery-1' },
  ...{ source: 'github', timestamp: '2026-01-01T00:00:00.000Z' },
};

describe('the input of an actor', () => {
  it('says what it comes from, whatever the sender says', async () => {
    const forged = createEvent({ data: { _trigger_event: { trigger_id: 'another' } } });
    for (const trigger of [{}, { inputMapping: { _trigger_event: '$._trigger_event' } }]) {
      expect(await toInput(createTrigger(trigger), forged)).toMatchObject({ _trigger_event });
    }
  });

  it('is the event where the trigger says nothing', async () => {
    expect(await toInput(createTrigger(), event)).toEqual({
      ...event.fields,
      ...event.data,
      fields: event.fields,
      _trigger_event,
    });
  });

  it('is what the trigger gives by default, templates untouched', async () => {
    const defaultInputs = { mode: 'batch', retry_count: 3, note: '{{ event.number }}' };
    expect(await toInput(createTrigger({ defaultInputs }), event)).toEqual({
      ...defaultInputs,
      _trigger_event,
    });
  });

  it('is the variables, rendered at every depth, values that are no texts untouched', async () => {
    const variables = {
      title: '{{ event.repository.full_name }}#{{ event.number }}',
      nested: { list: ['{{ fields.base_branch }}', 7, null, { by: '{{ trigger.name }}' }] },
    };
    expect(await toInput(createTrigger({ variables }), event)).toEqual({
      title: 'octo-org/hello-world#7',
      nested: { list: ['main', 7, null, { by: 'a-trigger' }] },
      _trigger_event,
    });
  });

  it('has a text even where a template is one expression', async () => {
    expect(
      await toInput(createTrigger({ variables: { number: '{{ event.number }}' } }), event),
    ).toEqual({
      number: 7,
      _trigger_event,
    });
  });

  it('has variables laid over defaults, key by key', async () => {
    const defaultInputs = { a: { x: 1 }, b: 1 };
    const variables = { a: { y: '{{ event.number }}' } };
    expect(await toInput(createTrigger({ defaultInputs, variables }), event)).toEqual({
      a: { y: 7 },
      b: 1,
      _trigger_event,
    });
  });

  it('takes a key such as __proto__ for a key', async () => {
    const variables = JSON.parse('{"__proto__":{"polluted":"{{ event.number }}"}}');
    const input = await toInput(createTrigger({ variables }), event);
    expect(Object.keys(input)).toEqual(['__proto__', '_trigger_event']);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(JSON.stringify(input)).toMatch(/^\{"__proto__":\{"polluted":7\},/);
  });

  it('names the place of a template that fails', async () => {
    const variables = { labels: [{ sha: '{{ event.missing[:8] }}' }] };
    await expect(toInput(createTrigger({ variables }), event)).rejects.toThrow(
      'the template variables.labels.0.sha of trigger "a-trigger" cannot be rendered: Slice object',
    );
  });

  it('fails as what cannot be helped or not at all, whatever trigger and event', async () => {
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
    await fc.assert(
      fc.asyncProperty(template, payload, async (a, data) => {
        const trigger = createTrigger({ variables: { a } });
        try {
          const event = createEvent({ data: data as never });
          const { a: value } = await toInput(trigger, event);
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
          const texts = await toInput({ ...trigger, rendersTexts: true }, event);
          expect(typeof texts.a).toBe('string');
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

describe('the key of a limit', () => {
  const render = (template: string) =>
    renderKey(createTrigger({ transform: {} }), template, event, 'dedupe.key');

  it('is the text of its template over the event as it came, and the trigger', () => {
    expect(render('{{ event.number }} {{ fields.base_branch }} {{ trigger.eventId }}')).toBe(
      '7 main delivery-1',
    );
    expect(render('all')).toBe('all');
  });

  it('names its place and the trigger where it fails', () => {
    expect(() => render('{{ event.missing[:1] }}')).toThrow(
      'the template dedupe.key of trigger "a-trigger" cannot be rendered',
    );
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
