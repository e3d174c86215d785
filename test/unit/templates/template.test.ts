import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import {
  createRenderer,
  findTemplateFault,
  renderTemplate,
} from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent } from '../../helpers/factories.ts';

const data = {
  alarm_name: 'web-cpu-high',
  dimensions: { AutoScalingGroupName: 'web-asg' },
  labels: { alertname: 'HighLatency', severity: 'critical' },
  repository: { name: 'hello-world' },
  pull_request: { head: { sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e' } },
  number: 7,
  ratio: 2.5,
  open: true,
  nothing: null,
  tags: ['a', 'b', 'c'],
  empty: [],
};
const event = createEvent({ data, fields: { base_branch: 'main', number: 8 } });
const render = (text: string, over = event) => renderTemplate(text, over, 'variables.text');
const catchError = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('a template', () => {
  it.each([
    ['{{ event.alarm_name }}', 'web-cpu-high'],
    ["{{ event.dimensions.get('AutoScalingGroupName', 'unknown') }}", 'web-asg'],
    ["{{ event.dimensions.get('InstanceId', 'unknown') }}", 'unknown'],
    ['{{ event.labels.alertname }}', 'HighLatency'],
    ['{{ event.labels.severity }}', 'critical'],
    ['{{ event.repository.name }}', 'hello-world'],
    ['{{ event.pull_request.head.sha[:8] }}', '6dcb09b5'],
  ])('renders %s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['a text without tags, braces or not', 'a { b } }} %', 'a { b } }} %'],
    ['what is around the tags', 'PR #{{ event.number }}!', 'PR #7!'],
    [
      'numbers, truth and lists to text',
      '{{ event.number }} {{ event.ratio }} {{ event.open }} {{ event.tags }}',
      '7 2.5 true ["a", "b", "c"]',
    ],
    [
      'null and what is not there to nothing',
      '[{{ event.nothing }}{{ event.missing.deeper }}]',
      '[]',
    ],
    [
      'the first of an empty list to nothing',
      '[{{ event.empty | first }}{{ event.empty | last }}]',
      '[]',
    ],
    [
      'normalized fields where the payload has no such key',
      '{{ event.base_branch }} {{ event.number }} {{ fields.number }}',
      'main 7 8',
    ],
    ['conditions', '{% if event.open %}open{% else %}closed{% endif %}', 'open'],
    [
      'a loop',
      '{% for tag in event.tags if tag != "b" %}{{ loop.index }}{{ tag }} {% endfor %}',
      '1a 2c ',
    ],
    [
      'filters',
      "{{ event.tags | join('-') | upper }} {{ event.alarm_name | replace('-', ' ') | title }}",
      'A-B-C Web Cpu High',
    ],
    [
      'defaults',
      "{{ event.missing | default('none') }} {{ (event.missing or {}).get('a', 'b') }}",
      'none b',
    ],
    [
      'comparisons, as Python has them',
      "{{ event.number == '7' }} {{ event.missing > 1 }} {{ 'a' < 'b' }} {{ event.tags == ['a', 'b', 'c'] }}",
      'false false true true',
    ],
    ['variables of its own', '{% set sha = event.pull_request.head.sha %}{{ sha[:2] }}', '6d'],
  ])('renders %s', (_, text, expected) => {
    expect(render(text)).toBe(expected);
    expect(findTemplateFault(text)).toBeUndefined();
  });

  it('sees the trigger and the envelope of the event', () => {
    const forTrigger = createRenderer({ name: 'deploy', source: 'github' }, event);
    expect(
      forTrigger('{{ trigger.name }} {{ trigger.eventType }} {{ trigger.eventId }}', 'variables.a'),
    ).toBe('deploy pull_request.opened delivery-1');
  });

  it('has the event converted once, for all templates of all triggers', () => {
    let reads = 0;
    const counted = {
      get name() {
        reads += 1;
        return 'x';
      },
    };
    const shared = createEvent({ data: { counted } });
    const [first, second] = ['a', 'b'].map((name) => createRenderer({ name, source: 's' }, shared));
    for (const forTrigger of [first, second, first]) {
      expect(forTrigger?.('{{ event.counted.name }}{{ trigger.source }}', 'variables.a')).toBe(
        'xs',
      );
    }
    expect(render('{{ event.counted.name }}', shared)).toBe('x');
    expect(reads).toBe(1);
  });

  it('shares what it sets with no other template', () => {
    expect(render('{% set tags = "mine" %}{% set event = 1 %}{{ event }}')).toBe('1');
    expect(render('{{ event.number }}{{ event.tags | length }}')).toBe('73');
  });

  it('reaches no prototype, constructor or function', () => {
    const names = [
      'constructor',
      '__proto__',
      'prototype',
      'toString',
      'valueOf',
      'hasOwnProperty',
    ];
    for (const name of names) {
      for (const of of ['event', 'fields', 'event.tags', 'event.alarm_name', 'event.number']) {
        expect(render(`[{{ ${of}.${name} }}{{ ${of}['${name}'] }}]`)).toBe('[]');
      }
    }
    expect(catchError(() => render('{{ event.labels.get }}'))).toMatchObject({
      message: 'the template variables.text cannot be rendered: a method without () is no value',
    });
  });

  it('takes a payload key that JavaScript knows for data', () => {
    const odd = createEvent({ data: JSON.parse('{"__proto__":{"a":1},"constructor":"c"}') });
    expect(render('{{ event.__proto__.a }} {{ event.constructor }}', odd)).toBe('1 c');
  });
});

describe('the error of a template', () => {
  it('names the place and the trigger', () => {
    const forTrigger = createRenderer({ name: 'deploy', source: 'github' }, event);
    expect(catchError(() => forTrigger('{{ event.missing[:8] }}', 'variables.sha'))).toMatchObject({
      name: 'TerminalError',
      code: 'template_invalid',
      message:
        'the template variables.sha of trigger "deploy" cannot be rendered: Slice object must be an array or string',
    });
  });

  it('has nothing of the payload in it', () => {
    const templates = [
      ...[
        '{{ event.a[:8] }}',
        '{{ event.a() }}',
        '{{ event.a.get("x") }}',
        '{{ event.a + event.b }}',
      ],
      ...[
        '{{ event.a | join }}',
        '{{ event.a | sort }}',
        '{{ event.a | int }}',
        '{{ event.a < 1 }}',
      ],
      ...[
        '{{ event.a[event.b] }}',
        '{{ event.a | map(attribute="x") }}',
        '{{ event.a ** event.b }}',
      ],
      ...[
        '{% for x, y in event.a %}{{ x }}{% endfor %}',
        '{{ event.get(event.a) }}',
        '{{ -event.a }}',
      ],
      ...[
        '{{ event.a | selectattr("x") | list }}',
        '{{ event.a.split(event.b) }}',
        '{{ {event.a: 1} }}',
      ],
    ];
    const secret = fc.constantFrom('s3cr3t-value', ['s3cr3t-value'], {
      's3cr3t-value': 's3cr3t-value',
    });
    const value = fc.oneof(
      secret,
      fc.array(secret),
      fc.dictionary(fc.string(), secret),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...templates), value, value, (text, a, b) => {
        const error = catchError(() => render(text, createEvent({ data: { a, b } })));
        if (!(error instanceof Error)) return;
        expect(error).toBeInstanceOf(TerminalError);
        expect(`${error.message} ${error.cause}`).not.toContain('s3cr3t');
      }),
    );
  });
});
