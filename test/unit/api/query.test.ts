import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EventQuerySchema,
  RunQuerySchema,
  toSince,
  toWhere,
} from '../../../shared/heddle/api/query.ts';
import { parseQuery } from '../../../shared/heddle/api/request/fields.ts';
import { RejectedError } from '../../../shared/heddle/errors/errors.ts';

const NOW = Date.UTC(2026, 0, 2);
const parse = (query: string) => parseQuery(EventQuerySchema, new URLSearchParams(query));

describe('a query', () => {
  it('without parameters asks for 50', () => {
    expect(parse('')).toEqual({ limit: 50 });
  });

  it('is read into what it asks for', () => {
    expect(parse('source=github&type=push&status=matched&limit=7&since=1h&trigger=t')).toEqual({
      ...{ source: 'github', type: 'push', status: 'matched', limit: 7, since: 3_600_000 },
      trigger: 't',
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=many', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['status=lost', 'status'],
    ['source=', 'source'],
    [`type=${'x'.repeat(257)}`, 'type'],
    ['since=yesterday', 'since: expected a timestamp such as'],
    ['since=30', 'since'],
    ['since=2026-13-01T00:00:00Z', 'since'],
    ['since=2026-01-01', 'since'],
    ['since=99999999999w', 'since: expected a timestamp such as'],
    ['continuation=', 'continuation'],
    ['colour=red', 'colour'],
    ['__proto__=1', '__proto__'],
  ])('with %s is refused with 400, and the parameter named', (query, named) => {
    expect(() => parse(query)).toThrow(RejectedError);
    expect(() => parse(query)).toThrow(named);
    expect(() => parse(query)).toThrow('Known parameters: limit, continuation, source');
  });

  it('may have the key of a function, which is for the host to check', () => {
    expect(parse('code=key&limit=5')).toEqual({ limit: 5 });
  });

  it('is refused with every fault at once', () => {
    expect(() => parse('limit=0&status=x&colour=red')).toThrow(/limit.*status.*colour/);
  });

  it('takes the states of what it asks for', () => {
    const running = new URLSearchParams('status=running');
    expect(parseQuery(RunQuerySchema, running)).toEqual({ limit: 50, status: 'running' });
    expect(() => parseQuery(EventQuerySchema, running)).toThrow(RejectedError);
  });

  it('never throws anything but RejectedError, and gives a time that can be asked for', () => {
    const names = fc.constantFrom(
      'limit',
      'since',
      'status',
      'source',
      'type',
      'continuation',
      'x',
    );
    const number = fc.oneof(fc.nat(), fc.double({ min: 0 }), fc.bigInt({ min: 0n })).map(String);
    const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w', 'x', '');
    const values = fc.oneof(
      fc.string(),
      fc.tuple(number, unit).map((parts) => parts.join('')),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom('0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (pairs) => {
        try {
          const { since } = parseQuery(EventQuerySchema, new URLSearchParams(pairs));
          toSince(since, NOW);
        } catch (error) {
          expect(error).toBeInstanceOf(RejectedError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('since', () => {
  it('is counted back from now, or brought to UTC', () => {
    expect(toSince(undefined, NOW)).toEqual({});
    expect(toSince(3_600_000, NOW)).toEqual({ since: '2026-01-01T23:00:00.000Z' });
    const since = '2026-01-01T12:00:00.000Z';
    expect(toSince('2026-01-01T14:00:00+02:00', NOW)).toEqual({ since });
    expect(toSince('2026-01-01T12:00:00Z', NOW)).toEqual({ since });
  });
});

it('leaves out filters that were not given', () => {
  expect(toWhere({ source: 'github', type: undefined })).toEqual({ source: 'github' });
});
