import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../shared/heddle/domain/decision.ts';
import { DurationSchema } from '../../../shared/heddle/domain/duration.ts';
import { toEventView } from '../../../shared/heddle/domain/event.ts';
import {
  fromEventRecord,
  toEventRecord,
  toTypeRoot,
} from '../../../shared/heddle/domain/event-record.ts';
import { toEventKey, toRunId } from '../../../shared/heddle/domain/ids.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../../shared/heddle/domain/json.ts';
import { parseMessage, toRunMessageId } from '../../../shared/heddle/domain/message.ts';
import { createRedactor } from '../../../shared/heddle/domain/redact.ts';
import { InvariantError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { createEvent } from '../../helpers/factories.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['0s', 0],
    ['3650d', 315_360_000_000],
    [90, 90_000],
    [0.25, 250],
    [0, 0],
  ])('of %s is %d milliseconds', (written, ms) => {
    expect(DurationSchema.parse(written)).toBe(ms);
  });

  it.each([
    '',
    '5',
    '5 s',
    '-5s',
    '5S',
    '1h30m',
    '.5s',
    '1e3s',
    ' 5s',
    '∞',
    -1,
    NaN,
    Infinity,
    null,
    true,
  ])('is not %j', (written) => {
    expect(DurationSchema.safeParse(written).success).toBe(false);
  });

  it('leaves a date when added to one, or taken from it: over ten years is refused', () => {
    for (const written of ['3651d', '99999999999w', 1e300]) {
      const { error } = DurationSchema.safeParse(written);
      expect(error?.issues[0]?.message).toBe('expected a duration of at most 3650d');
    }
  });
});

describe('an id', () => {
  const text = fc.string({ unit: 'binary' });

  it('is 32 hex digits and the same each time', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        for (const toId of [toEventKey, toRunId]) {
          expect(toId(a, b)).toMatch(/^[0-9a-f]{32}$/);
          expect(toId(a, b)).toBe(toId(a, b));
        }
      }),
    );
  });

  it('keeps its parts apart', () => {
    expect(toEventKey('a', 'bc')).not.toBe(toEventKey('ab', 'c'));
    expect(toRunId('a', 'bc')).not.toBe(toRunId('ab', 'c'));
    expect(toEventKey('a","b', 'c')).not.toBe(toEventKey('a', 'b","c'));
  });

  it('differs between events and runs', () => {
    expect(toEventKey('a', 'b')).not.toBe(toRunId('a', 'b'));
  });

  it('differs where anything differs', () => {
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        expect(toEventKey(a, b) === toEventKey(c, d)).toBe(a === c && b === d);
      }),
    );
  });

  it('of the message of a run names run and attempt', () => {
    expect(toRunMessageId({ runId: 'r', attempt: 2 }, 'a')).toBe('run:r:2:a');
  });
});

describe('depth', () => {
  const nest = (levels: number): unknown => (levels === 0 ? 1 : { a: nest(levels - 1) });

  it.each([
    [1, 0, false],
    [null, 0, false],
    [{}, 0, true],
    [[], 0, true],
    [{ a: 1 }, 1, false],
    [{ a: [] }, 1, true],
    [[1, [2, [3]]], 2, true],
    [[1, [2, [3]]], 3, false],
  ])('of %j is over %i: %s', (value, limit, expected) => {
    expect(isDeeperThan(value, limit)).toBe(expected);
  });

  it('is counted exactly', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (levels, limit) => {
        expect(isDeeperThan(nest(levels), limit)).toBe(levels > limit);
      }),
    );
  });

  it('is found in what a million levels or a knot make endless', () => {
    const deep: unknown = JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000));
    expect(isDeeperThan(deep, 200)).toBe(true);
    const knot: Record<string, unknown> = {};
    knot.self = knot;
    expect(isDeeperThan(knot, 200)).toBe(true);
  });
});

it('takes objects alone for JSON objects', () => {
  expect([{}, { a: 1 }, JSON.parse('{"__proto__":1}')].every(isJsonObject)).toBe(true);
  expect([null, [], 'a', 1, undefined].some(isJsonObject)).toBe(false);
});

describe('the view of an event', () => {
  const view = (data: string, fields: JsonObject = {}) =>
    toEventView({ data: JSON.parse(data) as JsonObject, fields });

  it('is the payload, with the fields that it lacks', () => {
    const seen = view('{"a":1,"b":null}', { a: 2, b: 3, c: 4 });
    expect({ ...seen }).toEqual({ a: 1, b: null, c: 4, fields: { a: 2, b: 3, c: 4 } });
  });

  it('has no prototype, and names of one are data', () => {
    const seen = view('{"__proto__":{"x":1},"constructor":2}');
    expect(Object.getPrototypeOf(seen)).toBeNull();
    expect(Object.keys(seen)).toEqual(['fields', '__proto__', 'constructor']);
    expect((seen as { x?: unknown }).x).toBeUndefined();
    expect('toString' in seen).toBe(false);
  });
});

describe('the record of an event', () => {
  const matched = { trigger: 'a', outcome: 'matched' as const, runId: 'r' };

  it('gives the event back', () => {
    const event = createEvent();
    expect(fromEventRecord(toEventRecord(event, 'key', { decisions: [matched] }))).toEqual(event);
  });

  it('is matched where one decision is', () => {
    const error = { trigger: 'b', outcome: 'error' as const, message: 'm' };
    const record = (...decisions: Decision[]) => toEventRecord(createEvent(), 'key', { decisions });
    expect(record(error, matched).status).toBe('matched');
    expect(record(error).status).toBe('unmatched');
  });

  it('has at least one decision', () => {
    const run = () => toEventRecord(createEvent(), 'key', { decisions: [] });
    expect(run).toThrow(InvariantError);
  });

  it('says how many decisions it leaves out, where it does', () => {
    const record = (omitted: number) =>
      toEventRecord(createEvent(), 'key', { decisions: [matched], omitted });
    expect(record(7).omitted).toBe(7);
    expect(record(0)).not.toHaveProperty('omitted');
  });

  it('has the first part of the type', () => {
    expect(toTypeRoot('pull_request.opened')).toBe('pull_request');
    expect(toTypeRoot('push')).toBe('push');
  });
});

describe('a message', () => {
  it('is read as it was sent', () => {
    const message = { kind: 'event', event: createEvent() };
    expect(parseMessage(JSON.stringify(message))).toEqual(message);
    const run = { kind: 'run', runId: 'r', attempt: 1 };
    expect(parseMessage(JSON.stringify(run))).toEqual(run);
  });

  it.each([
    ['no JSON', 'WHAT', /not JSON/],
    ['of no kind', '{}', /kind/],
    ['with what is unknown', '{"kind":"run","runId":"r","attempt":1,"more":1}', /more/],
    ['of attempt 0', '{"kind":"run","runId":"r","attempt":0}', /attempt/],
    [
      'of no time',
      JSON.stringify({ kind: 'event', event: createEvent({ time: 'noon' }) }),
      /event\.time/,
    ],
  ])('%s can never be handled', (_, body, message) => {
    expect(() => parseMessage(body)).toThrow(TerminalError);
    expect(() => parseMessage(body)).toThrow(message);
  });

  it('that is no JSON is not quoted', () => {
    try {
      parseMessage('SECRET-TEXT');
    } catch (error) {
      expect(error).not.toHaveProperty('cause');
      expect(String(error)).not.toContain('SECRET');
    }
    expect.assertions(2);
  });
});

describe('a redactor', () => {
  it('takes every secret out, wherever and however often it stands', () => {
    const redact = createRedactor(['first-secret', 'second-secret']);
    expect(redact('first-secret, second-secret and first-secret')).toBe('***, *** and ***');
  });

  it('leaves no rest of a secret that has another within it', () => {
    expect(createRedactor(['secret', 'secret-and-more'])('secret-and-more')).toBe('***');
  });

  it('leaves the text alone where there is no secret worth the name', () => {
    expect(createRedactor(['', 'short', '   '])('a short text')).toBe('a short text');
  });

  it('takes secrets literally', () => {
    const redact = createRedactor(['(a+)+$&.*']);
    expect(redact('x (a+)+$&.* y aaaa')).toBe('x *** y aaaa');
  });
});
