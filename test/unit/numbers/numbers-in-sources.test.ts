import { describe, expect, it } from 'vitest';
import { toQueueEvent } from '../../../shared/heddle/connectors/storage-queue/source.ts';
import { parseExactJson } from '../../../shared/heddle/domain/exact-json.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { createRedactor, redactJson } from '../../../shared/heddle/domain/redact.ts';
import { toInputHash } from '../../../shared/heddle/pipeline/concurrency/input-hash.ts';
import { createPayloadCheck } from '../../../shared/heddle/sources/payload-schema.ts';
import { createRedaction } from '../../../shared/heddle/sources/redaction.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';

const parse = (text: string) => parseExactJson(text) as JsonObject;

describe('a number that no double holds', () => {
  it('is redacted, with its copies', () => {
    const data = parse('{"card":9007199254740993,"other":9007199254740992}');
    const { fields, ...event } = createRedaction(['card'])({
      ...{ id: 'card-9007199254740993', type: 'x', data },
      fields: parse('{"copy":9007199254740993,"other":9007199254740995}'),
    });
    expect(event.id).not.toContain('9007199254740993');
    expect(JSON.stringify([event.data, fields])).toBe(
      '[{"card":"[redacted]","other":9007199254740992},{"copy":"[redacted]","other":9007199254740995}]',
    );
  });

  it('is hidden where it equals a secret', () => {
    const redact = createRedactor(['9007199254740993']);
    const text = '{"a":9007199254740993,"b":9007199254740995}';
    expect(JSON.stringify(redactJson(parse(text), redact))).toBe(
      '{"a":"***","b":9007199254740995}',
    );
  });

  it.each([
    [{ type: 'integer' }, '9007199254740993', true],
    [{ type: 'integer' }, '1152921504606846976', true],
    [{ type: 'integer' }, '1.5', false],
    [{ type: ['integer', 'null'] }, '9007199254740993', true],
    [{ type: ['integer', 'null'] }, '"x"', false],
    [{ type: 'number', minimum: 0 }, '1e400', true],
    [{ type: 'number', maximum: 0 }, '9007199254740993', false],
    [{ type: 'string' }, '9007199254740993', false],
    [{ type: 'object' }, '9007199254740993', false],
    [{}, '9007199254740993', true],
  ])('is a number to the schema %j of a source: %s is %s', (schema, number, isValid) => {
    const check = createPayloadCheck({ properties: { n: schema as JsonObject } });
    const run = () => check(parse(`{"n":${number}}`));
    if (isValid) expect(run).not.toThrow();
    else expect(run).toThrow('/n');
  });

  it('tells the inputs of two runs apart', () => {
    const inputs = ['9007199254740993', '9007199254740995', '{"rawJSON":"9007199254740993"}'];
    const hashes = inputs.map((text) => toInputHash(parse(`{"n":${text}}`)));
    expect(new Set(hashes).size).toBe(3);
    expect(toInputHash(parse('{"n":9007199254740993}'))).toBe(hashes[0]);
  });

  it("comes from a queue's message as it was sent", () => {
    const text = '{"n":9007199254740993}';
    const { data } = toQueueEvent({ queue: 'q', id: '1', text, dequeueCount: 1 });
    expect(JSON.stringify(data)).toBe(text);
  });

  it.each([
    ['storage-queue', { queue: 'q-one' }, { text: '{"n":9007199254740993}' }],
    ['service-bus', { queue: 'q-one' }, { body: '{"n":9007199254740993}' }],
  ])('is sent by %s as it was sent', async (actor, target, expected) => {
    const sent: unknown[] = [];
    const sinks = { sent, send: async (...args: unknown[]) => sent.push(args) };
    const { run } = createSinkScene({ sinks });
    await run(actor, { ...target, message: parse('{"n":9007199254740993}') });
    expect(sent).toMatchObject([[actor, 'q-one', expected]]);
  });

  it('is the text of its digits in a property of Service Bus, which has no such number', async () => {
    const sent: unknown[] = [];
    const sinks = { sent, send: async (...args: unknown[]) => sent.push(args) };
    const { run } = createSinkScene({ sinks });
    const properties = parse('{"id":9007199254740993,"n":1}');
    await run('service-bus', { queue: 'q-one', message: 'x', properties });
    expect(sent).toMatchObject([
      ['service-bus', 'q-one', { properties: { id: '9007199254740993', n: 1 } }],
    ]);
  });
});
