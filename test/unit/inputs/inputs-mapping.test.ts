import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/heddle/domain/json.ts';
import type { Trigger } from '../../../shared/heddle/domain/trigger.ts';
import { TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { toInput } from '../../../shared/heddle/triggers/inputs/inputs.ts';
import { withoutTriggerEvent } from '../../../shared/heddle/triggers/inputs/trigger-event.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

type Written = Partial<Record<keyof Trigger, unknown>>;

async function build(written: Written, data: JsonObject, fields: JsonObject = {}) {
  return withoutTriggerEvent(await toInput(createTrigger(written), createEvent({ data, fields })));
}

describe('a mapping of inputs', () => {
  it.each<[string, Record<string, string>, JsonObject, JsonObject]>([
    [
      'a file',
      { file_path: '$.path', event_type: '$.event' },
      { path: '/data/incoming/a.csv', event: 'created' },
      { file_path: '/data/incoming/a.csv', event_type: 'created' },
    ],
    [
      'a row of a table',
      { order_id: '$.id', customer: '$.customer_id' },
      { table: 'orders', id: 7, customer_id: 'c-1' },
      { order_id: 7, customer: 'c-1' },
    ],
    [
      'a message of a queue',
      { payload: '$.body' },
      { body: { job: [1, { a: null }] } },
      { payload: { job: [1, { a: null }] } },
    ],
    [
      'an event of an application',
      { user_id: '$.user.id', email: '$.user.email' },
      { action: 'signup', user: { id: 'user_123', email: 'user@example.com' } },
      { user_id: 'user_123', email: 'user@example.com' },
    ],
    [
      'deep values, lists and the items of lists',
      {
        ...{ user_id: '$.data.user.id', items: '$.data.order.items' },
        ...{ first_item: '$.data.order.items.0', skus: '$.data.order.items[*].sku' },
      },
      { data: { user: { id: 1 }, order: { items: [{ sku: 'a' }, { sku: 'b' }] } } },
      {
        ...{ user_id: 1, items: [{ sku: 'a' }, { sku: 'b' }] },
        ...{ first_item: { sku: 'a' }, skus: ['a', 'b'] },
      },
    ],
  ])('takes values of %s as they are', async (_, inputMapping, data, expected) => {
    expect(await build({ inputMapping }, data)).toEqual(expected);
  });

  it('is laid over the defaults, and leaves to them what is not there', async () => {
    const defaultInputs = { mode: 'production', retry_count: 3, user_id: 'nobody', email: null };
    const inputMapping = { user_id: '$.user.id', email: '$.user.email', plan: '$.user.plan' };
    expect(await build({ defaultInputs, inputMapping }, { user: { id: 'u-1' } })).toEqual({
      ...{ mode: 'production', retry_count: 3, user_id: 'u-1', email: null },
    });
  });

  it('is laid under the variables', async () => {
    const trigger = { inputMapping: { a: '$.a', b: '$.b' }, variables: { b: '{{ event.b }}!' } };
    expect(await build(trigger, { a: 1, b: 2 })).toEqual({ a: 1, b: '2!' });
  });

  it('takes null, false and nothing found of many for values', async () => {
    const inputMapping = { a: '$.a', b: '$.b', c: '$.c[*]' };
    const defaultInputs = { a: 1, b: 1, c: 1 };
    expect(await build({ inputMapping, defaultInputs }, { a: null, b: false })).toEqual({
      ...{ a: null, b: false, c: [] },
    });
  });

  it('sees the event as templates do: with its fields where the payload has no such key', async () => {
    const inputMapping = { branch: '$.base_branch', number: '$.number', own: '$.fields.number' };
    const fields = { base_branch: 'main', number: 8 };
    expect(await build({ inputMapping }, { number: 7 }, fields)).toEqual({
      ...{ branch: 'main', number: 7, own: 8 },
    });
  });

  it('may set a key such as __proto__, and reaches none', async () => {
    const inputMapping = JSON.parse('{"__proto__":"$.a","b":"$.constructor"}');
    const event = createEvent({ data: { a: { polluted: 1 } }, fields: {} });
    const input = await toInput({ ...createTrigger(), inputMapping }, event);
    expect(Object.keys(input)).toEqual(['__proto__', '_trigger_event']);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
  });

  it('fails for good where an event makes a path too long to follow, and says where', async () => {
    const failed = build({ inputMapping: { all: '$.a[*]' } }, { a: Array(10_001).fill('s3cr3t') });
    await expect(failed).rejects.toMatchObject({
      ...{ name: 'TerminalError', code: 'path_invalid' },
      message:
        'the path inputMapping.all of trigger "a-trigger" cannot be followed: it leads to more than 10000 values',
    });
  });

  it('yields an input or fails for good, whatever path and event', async () => {
    const piece = fc.constantFrom(
      '.a',
      '..a',
      '[0]',
      '.0',
      '[*]',
      '[?@.a]',
      '[?@.a==1]',
      '[1:]',
      ']',
    );
    const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `$${pieces.join('')}`);
    const data = fc.record({ a: fc.jsonValue({ maxDepth: 4 }) });
    await fc.assert(
      fc.asyncProperty(path, data, async (a, payload) => {
        try {
          const input = await build({ inputMapping: { a } }, payload as JsonObject);
          expect(['a', undefined]).toContain(Object.keys(input)[0]);
        } catch (error) {
          expect(error).toBeInstanceOf(TerminalError);
          expect(error).toMatchObject({ code: 'path_invalid' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the end of another run', () => {
  const buildAfter = (written: Written, outputs?: Json) =>
    build({ source: 'completion', ...written }, outputs === undefined ? {} : { outputs });

  it('passes its output, laid over the defaults', async () => {
    const written = { passOutputs: true, defaultInputs: { mode: 'batch', rows: 0 } };
    expect(await buildAfter(written, { rows: 3, file: 'a' })).toEqual({
      ...{ mode: 'batch', rows: 3, file: 'a' },
    });
  });

  it.each<[string, Json | undefined, JsonObject]>([
    ['none', undefined, {}],
    ['null', null, {}],
    ['a list', [1], { outputs: [1] }],
    ['a text', 'done', { outputs: 'done' }],
  ])('that has %s for an output passes it as what it is', async (_, outputs, expected) => {
    expect(await buildAfter({ passOutputs: true }, outputs)).toEqual(expected);
  });

  it('passes parts of its output by name and by path', async () => {
    const outputMapping = {
      ...{ raw_data: 'processed_data', first: '$.rows[0].id', ids: '$.rows[*].id' },
      ...{ 'missing name': 'nothing', missing: '$.nothing', proto: 'constructor', dotted: 'a.b' },
    };
    const outputs = { processed_data: [1, 2], rows: [{ id: 7 }], 'a.b': 1, a: { b: 2 } };
    expect(await buildAfter({ outputMapping }, outputs)).toEqual({
      ...{ raw_data: [1, 2], first: 7, ids: [7], dotted: 1 },
    });
  });

  it('lays output, parts of it, values of the event and variables over each other', async () => {
    const written = {
      ...{ passOutputs: true, outputMapping: { a: '$.b', b: 'c' } },
      ...{ inputMapping: { c: '$.outputs.a' }, variables: { d: '{{ event.outputs.a }}' } },
    };
    expect(await buildAfter(written, { a: 1, b: 2, c: 3, d: 4 })).toEqual({
      a: 2,
      b: 3,
      c: 1,
      d: 1,
    });
  });

  it('passes its output although a transform has taken it out of the event', async () => {
    const written = { passOutputs: true, transform: {}, inputMapping: { b: '$.outputs' } };
    expect(await buildAfter(written, { a: 1 })).toEqual({ a: 1 });
  });

  it('passes nothing that names an app setting', async () => {
    const outputs = { webhookSetting: 'ANOTHER', headerSettings: {}, text: 'a' };
    expect(await buildAfter({ passOutputs: true }, outputs)).toEqual({ text: 'a' });
  });
});
