import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Event } from '../../../shared/heddle/domain/event.ts';
import type { JsonObject } from '../../../shared/heddle/domain/json.ts';
import { InvariantError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { toActorInput } from '../../../shared/heddle/pipeline/attempts/actor-input.ts';
import { toInputHash } from '../../../shared/heddle/pipeline/concurrency/input-hash.ts';
import { toRunInput } from '../../../shared/heddle/triggers/inputs/run-input.ts';
import { createEvent, createTrigger } from '../../helpers/factories.ts';

const event = createEvent({ data: { number: 7, secret: 's3cr3t' }, fields: {} });
const about = (id: string) => ({
  ...{ trigger_id: 'a-trigger', event_type: 'pull_request.opened', event_id: id },
  ...{ source: 'github', timestamp: '2026-01-01T00:00:00.000Z' },
});

async function parse(input: z.ZodType | undefined, written: object = {}, events = [event]) {
  return toActorInput(createTrigger(written), events, input ? { input } : {});
}

describe('the input of an actor', () => {
  const mapped = { inputMapping: { number: '$.number' } };

  it('is given whole to an actor without a schema', async () => {
    expect(await parse(undefined)).toEqual({
      ...{ number: 7, secret: 's3cr3t', fields: {}, _trigger_event: about('delivery-1') },
    });
  });

  it('is what the schema yields of it', async () => {
    const schema = z.object({ number: z.number().transform((number) => number + 1) });
    expect(await parse(schema)).toEqual({ number: 8 });
    const patient = z.object({ number: z.number().refine(async (number) => number === 7) });
    expect(await parse(patient)).toEqual({ number: 7 });
  });

  it('has what it comes from where the schema asks for that', async () => {
    const schema = z.strictObject({
      number: z.number(),
      _trigger_event: z.looseObject({ event_id: z.string() }),
    });
    expect(await parse(schema, mapped)).toEqual({
      ...{ number: 7, _trigger_event: about('delivery-1') },
    });
  });

  it.each<[string, z.ZodType]>([
    ['is strict', z.strictObject({ number: z.number() })],
    ['has numbers alone', z.record(z.string(), z.number())],
    [
      'is one of several that are strict',
      z.union([z.strictObject({ a: z.string() }), z.strictObject({ number: z.number() })]),
    ],
  ])('has not, where the schema %s', async (_, schema) => {
    expect(await parse(schema, mapped)).toEqual({ number: 7 });
  });

  it('has no normalized fields where it is the event, and a strict schema knows the payload alone', async () => {
    const schema = z.strictObject({ number: z.number() });
    const trigger = createTrigger();
    const event = createEvent({ data: { number: 7 }, fields: { base_branch: 'main' } });
    expect(await toActorInput(trigger, [event], { input: schema })).toEqual({ number: 7 });
  });

  it.each<[string, z.ZodType, string]>([
    [
      'loose',
      z.object({ number: z.string() }),
      'number: Invalid input: expected string, received number',
    ],
    [
      'strict',
      z.strictObject({ number: z.string() }),
      'number: Invalid input: expected string, received number',
    ],
    [
      'strict',
      z.strictObject({ sha: z.string() }),
      'sha: Invalid input: expected string, received undefined; Unrecognized key: "number"',
    ],
    [
      'asking',
      z.object({ number: z.string(), _trigger_event: z.object({}) }),
      'number: Invalid input: expected string, received number',
    ],
  ])(
    'that does not fit a schema that is %s fails for good, by its paths',
    async (_, schema, fault) => {
      await expect(parse(schema, mapped)).rejects.toMatchObject({
        ...{ name: 'TerminalError', code: 'input_invalid' },
        message: `the input does not fit the actor (${fault})`,
      });
    },
  );

  it('that is the event fails a strict schema by what its sender sent, not by what was added', async () => {
    const sent = createEvent({ data: { number: '7', extra: 1 }, fields: { base_branch: 'main' } });
    await expect(parse(z.strictObject({ number: z.number() }), {}, [sent])).rejects.toThrow(
      '(number: Invalid input: expected number, received string; Unrecognized key: "extra")',
    );
    const withFields = z.strictObject({ number: z.number(), fields: z.object({}) });
    const plain = createEvent({ data: { number: '7' }, fields: {} });
    await expect(parse(withFields, {}, [plain])).rejects.toThrow(
      '(number: Invalid input: expected number, received string)',
    );
  });

  it('is refused without its values, and without end of what is wrong', async () => {
    const data = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 's3cr3t']));
    const failed = parse(z.record(z.string(), z.number()), {}, [createEvent({ data, fields: {} })]);
    await expect(failed).rejects.toThrow(/^[^\n]*k9: Invalid input[^\n]*and 40 more\)$/);
    await expect(failed).rejects.not.toThrow('s3cr3t');
  });
});

describe('the input of a run that gathers events', () => {
  const batch = { batch: { size: 10, wait: '1s' } };
  const events: readonly Event[] = [1, 2].map((number) =>
    createEvent({ id: `e-${number}`, data: { number }, fields: {} }),
  );
  const build = (written: object, given = events) =>
    toRunInput(createTrigger({ ...batch, ...written }), given);
  const item = (number: number, rest: JsonObject) => ({
    ...rest,
    _trigger_event: about(`e-${number}`),
  });

  it('has the events, their number and the defaults', async () => {
    expect(await build({ defaultInputs: { mode: 'batch', count: 0 } })).toEqual({
      mode: 'batch',
      events: [item(1, { number: 1, fields: {} }), item(2, { number: 2, fields: {} })],
      count: 2,
      _trigger_event: about('e-1'),
    });
  });

  it('has for each event what its input would be alone', async () => {
    const written = {
      ...{ defaultInputs: { sha: 'none', mode: 'x' }, variables: { a: '{{ event.n }}' } },
      ...{ transform: { n: 'n{{ event.number }}' }, inputMapping: { id: '$.n', sha: '$.sha' } },
    };
    expect(await build(written)).toEqual({
      ...{ sha: 'none', mode: 'x', count: 2, _trigger_event: about('e-1') },
      events: [
        item(1, { sha: 'none', mode: 'x', id: 'n1', a: 'n1' }),
        item(2, { sha: 'none', mode: 'x', id: 'n2', a: 'n2' }),
      ],
    });
  });

  it('has the same form for one event as for many', async () => {
    for (const written of [{}, { batch: undefined, debounce: { wait: '1s' } }]) {
      expect(await build(written, events.slice(0, 1))).toMatchObject({ count: 1 });
    }
    const later = createTrigger();
    expect(await toRunInput(later, events)).toMatchObject({ count: 2 });
    await expect(toRunInput(later, [])).rejects.toBeInstanceOf(InvariantError);
  });

  it('fits a schema that is strict throughout', async () => {
    const events = z.array(z.strictObject({ number: z.number() }));
    const schema = z.strictObject({ events, count: z.number() });
    const written = { ...batch, inputMapping: { number: '$.number' } };
    const two = [1, 2].map((number) => createEvent({ id: `e-${number}`, data: { number } }));
    expect(await parse(schema, written, two)).toEqual({
      ...{ events: [{ number: 1 }, { number: 2 }], count: 2 },
    });
  });

  it('names the item that does not fit', async () => {
    const schema = z.object({ events: z.array(z.strictObject({ number: z.literal(1) })) });
    const written = { ...batch, inputMapping: { number: '$.number' } };
    await expect(parse(schema, written, [...events])).rejects.toThrow(
      'the input does not fit the actor (events.1.number: Invalid input: expected 1)',
    );
  });

  it('runs a transform in code once for each event', async () => {
    const transform = ({ data }: Event) => ({ twice: Number(data.number) * 2 });
    expect(await toRunInput(createTrigger(batch), events, { transform })).toMatchObject({
      events: [{ twice: 2 }, { twice: 4 }],
    });
  });
});

describe('the hash of an input', () => {
  const json = fc.dictionary(
    fc.string(),
    fc.jsonValue({ maxDepth: 3 }),
  ) as fc.Arbitrary<JsonObject>;
  const turn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turn);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, turn(inner)] as const)
        .reverse(),
    );
  };

  it('is the same whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (input) => {
        expect(toInputHash(turn(input) as JsonObject)).toBe(toInputHash(input));
      }),
    );
  });

  it('is the same for what differs by its event alone', async () => {
    const [a, b] = ['a', 'b'].map((id) => createEvent({ id, data: { n: 1 }, fields: {} }));
    const trigger = createTrigger();
    const batch = createTrigger({ batch: { size: 10, wait: '1s' } });
    for (const one of [trigger, batch]) {
      const hash = async (given: Event | undefined) =>
        toInputHash(await toRunInput(one, [given as Event]));
      expect(await hash(a)).toBe(await hash(b));
    }
  });

  it('tells other inputs apart', () => {
    const inputs = [
      ...[{}, { a: 1 }, { a: '1' }, { a: null }, { a: [1] }, { a: { 0: 1 } }, { b: 1 }],
      ...[{ a: 1, b: 2 }, { a: [1, 2] }, { a: [2, 1] }, { a: { b: 1 } }, { 'a.b': 1 }],
      JSON.parse('{"__proto__":1}'),
      JSON.parse('{"__proto__":{"a":1}}'),
    ];
    expect(new Set(inputs.map(toInputHash)).size).toBe(inputs.length);
  });
});

describe('whatever trigger and event', () => {
  it('the input fits, or fails for good', async () => {
    const text = fc.constantFrom(
      'a',
      '{{ event.a }}',
      '{{ event.a[:1] }}',
      '{{',
      '{{ event.b.c }}',
    );
    const written = fc.record(
      {
        defaultInputs: fc.constant({ a: 1 }),
        transform: fc.record({ a: text }),
        inputMapping: fc.record({ a: fc.constantFrom('$.a', '$..a', '$[', '$.a.0') }),
        variables: fc.record({ a: text }),
        batch: fc.constant({ size: 2, wait: '1s' }),
      },
      { requiredKeys: [] },
    );
    const payload = fc.record({ a: fc.jsonValue({ maxDepth: 3 }) }) as fc.Arbitrary<JsonObject>;
    const schema = z.strictObject({ a: z.string() });
    await fc.assert(
      fc.asyncProperty(written, payload, async (trigger, data) => {
        try {
          expect(await parse(schema, trigger, [createEvent({ data })])).toEqual({
            a: expect.any(String),
          });
        } catch (error) {
          expect(error).toBeInstanceOf(TerminalError);
          expect((error as TerminalError).code).toMatch(/^(input|template|path)_invalid$/);
        }
      }),
    );
  });
});

describe('a dotted key of a mapping', () => {
  const body = z.object({ count: z.number(), a: z.number().optional() });
  const inputMapping = { 'body.count': '$.number' };

  it('is a nested field where the actor takes it so, beside those that are there', async () => {
    const schema = z.strictObject({ body });
    const defaultInputs = { body: { a: 1 } };
    expect(await parse(schema, { inputMapping, defaultInputs })).toEqual({
      body: { a: 1, count: 7 },
    });
    const loose = z.object({ body });
    expect(await parse(loose, { inputMapping })).toEqual({ body: { count: 7 } });
  });

  it('is the key that is written where the actor takes that', async () => {
    const schema = z.strictObject({ 'body.count': z.number() });
    expect(await parse(schema, { inputMapping })).toEqual({ 'body.count': 7 });
    expect(await parse(undefined, { inputMapping })).toMatchObject({ 'body.count': 7 });
  });

  it('reaches no prototype', async () => {
    const schema = z.strictObject({ safe: z.number() });
    const polluting = { '__proto__.x': '$.number', 'constructor.prototype.x': '$.number' };
    await expect(parse(schema, { inputMapping: polluting })).rejects.toMatchObject({
      code: 'input_invalid',
    });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
