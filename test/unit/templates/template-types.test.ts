import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { toActorInput } from '../../../shared/heddle/pipeline/attempts/actor-input.ts';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createRenderer } from '../../../shared/heddle/triggers/templates/template.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const data = parseExactJson(
  '{"count":3,"flag":true,"tags":["a","b"],"ratio":2.5,"big":9007199254740993,"none":null,"o":{"x":[1]},"text":" a "}',
) as JsonObject;
const event = createEvent({ data, fields: {} });
const value = (text: string) => createRenderer({ name: 't', source: 's' }, event).value(text, 'a');

describe('a text that is one whole {{ … }}', () => {
  it.each<[string, unknown]>([
    ['{{ event.count }}', 3],
    ['{{ event.flag }}', true],
    ['{{ event.tags }}', ['a', 'b']],
    ['{{ event.ratio }}', 2.5],
    ['{{ event.none }}', null],
    ['{{ event.o }}', { x: [1] }],
    ['  {{ event.count }}\n', 3],
    ['{# note #}{{- event.count -}}', 3],
    ['{{ event.count + 1 }}', 4],
    ['{{ 4 / 2 }}', 2],
    ['{{ event.count > 2 }}', true],
    ["{{ event.tags | join(',') }}", 'a,b'],
    ['{{ event.missing | default([]) }}', []],
    ["{{ {'n': event.count, 'm': event.missing} }}", { n: 3, m: null }],
    ['{{ event.tags | map("upper") }}', ['A', 'B']],
  ])('keeps the type of its value: %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it('keeps every digit of a number', () => {
    expect(JSON.stringify(value('{{ event.big }}'))).toBe('9007199254740993');
    expect(JSON.stringify(value('{{ event.big + 1 }}'))).toBe('9007199254740994');
  });

  it.each([
    ['a filter that makes a text', '{{ event.count | string }}', '3'],
    ['a character more', '#{{ event.count }}', '#3'],
    ['a second tag', '{{ event.count }}{{ event.count }}', '33'],
    ['a statement', '{% if event.count %}{{ event.count }}{% endif %}', '3'],
    ['a value that is a text, with the white space around it', ' {{ event.text }} ', '  a  '],
    ['a missing value, which is an empty text', '{{ event.missing }}', ''],
    ['null as a text', '{{ event.none | string }}', ''],
  ])('is a text with %s', (_, text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it('is a text in keys', () => {
    const render = createRenderer({ name: 't', source: 's' }, event);
    expect(render('{{ event.count }}', 'dedupe.key')).toBe('3');
  });

  it('is a text where the actor wants one, and a value where it wants that', async () => {
    const input = z.strictObject({
      title: z.string(),
      headers: z.record(z.string(), z.string()),
      count: z.number(),
      either: z.union([z.string(), z.boolean()]),
      tags: z.array(z.string()),
    });
    const variables = {
      ...{ title: '{{ event.count }}', headers: { 'x-flag': '{{ event.flag }}' } },
      ...{ count: '{{ event.count }}', either: '{{ event.ratio }}', tags: '{{ event.tags }}' },
    };
    expect(await toActorInput(createTrigger({ variables }), [event], { input })).toEqual({
      ...{ title: '3', headers: { 'x-flag': 'true' }, count: 3, either: '2.5', tags: ['a', 'b'] },
    });
  });

  it('is refused where neither its value nor its text fits', async () => {
    const input = z.object({ count: z.boolean() });
    const trigger = createTrigger({ variables: { count: '{{ event.count }}' } });
    await expect(toActorInput(trigger, [event], { input })).rejects.toMatchObject({
      code: 'input_invalid',
      message: expect.stringContaining('expected boolean, received number'),
    });
  });

  it('keeps its type in a transform too', async () => {
    const trigger = createTrigger({
      transform: { n: '{{ event.count }}', deep: ['{{ event.flag }}'] },
    });
    expect(withoutTriggerEvent(await toInput(trigger, event))).toEqual({ n: 3, deep: [true] });
  });

  /** PrefectHQ/prefect #18907, argoproj/argo-events PR #2317 */
  it('makes a body of numbers, truth and lists', async () => {
    const bodies: unknown[] = [];
    await using app = await createTestApp({
      triggers: [
        {
          ...{ name: 't-httpbody', source: 'emit', eventType: 't', actor: 'http' },
          defaultInputs: { url: 'https://x.example/' },
          variables: {
            body: {
              count: '{{ event.count }}',
              flag: '{{ event.flag }}',
              tags: '{{ event.tags }}',
            },
          },
        },
      ],
      http: ({ body }) => {
        bodies.push(JSON.parse(String(body)));
        return { status: 204 };
      },
    });
    await app.emit('t', { count: 3, flag: true, tags: ['a', 'b'] });
    expect(bodies).toEqual([{ count: 3, flag: true, tags: ['a', 'b'] }]);
  });
});
