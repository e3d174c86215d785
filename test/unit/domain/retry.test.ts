import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Retry, RetrySchema, toRetryDelay } from '../../../shared/heddle/domain/retry.ts';

const policy = fc.record<Retry>({
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  backoff: fc.constantFrom('exponential', 'fixed'),
  delay: fc.nat(600_000),
  maxDelay: fc.nat(86_400_000),
  jitter: fc.constantFrom('none', 'half', 'full'),
  nonRetryable: fc.constant([]),
});
const failures = fc.integer({ min: 1, max: 100 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const toCeiling = ({ backoff, delay, maxDelay }: Retry, count: number) =>
  Math.min(backoff === 'fixed' ? delay : delay * 2 ** (count - 1), maxDelay);

describe('the delay before a retry', () => {
  it('doubles by default, from a second to five minutes, half of it random', () => {
    const defaults = RetrySchema.parse({});
    const delays = [1, 2, 3, 9, 10, 100].map((count) => toRetryDelay(defaults, count, 0));
    expect(delays).toEqual([500, 1000, 2000, 128_000, 150_000, 150_000]);
    expect(toRetryDelay(defaults, 1, 0.5)).toBe(750);
  });

  it('is between what is not drawn of the ceiling and the ceiling, in whole milliseconds', () => {
    fc.assert(
      fc.property(policy, failures, random, (given, count, drawn) => {
        const delay = toRetryDelay(given, count, drawn);
        const ceiling = toCeiling(given, count);
        const fixed = { none: 1, half: 0.5, full: 0 }[given.jitter];
        expect(delay).toBeGreaterThanOrEqual(Math.floor(ceiling * fixed));
        expect(delay).toBeLessThanOrEqual(ceiling);
        expect(delay).toBeLessThanOrEqual(given.maxDelay);
        expect(Number.isInteger(delay)).toBe(true);
      }),
    );
  });

  it.each([
    ['none', [4000, 4000, 4000]],
    ['half', [2000, 3000, 4000]],
    ['full', [0, 2000, 4000]],
  ] as const)('has as much chance in it as jitter "%s" says', (jitter, expected) => {
    const given = RetrySchema.parse({ backoff: 'fixed', delay: '4s', jitter });
    const delays = [0, 0.5, 1 - Number.EPSILON].map((drawn) => toRetryDelay(given, 3, drawn));
    expect(delays).toEqual(expected);
  });

  it('never gets shorter with more failures', () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 99 }), random, (given, count, drawn) => {
        const now = toRetryDelay(given, count, drawn);
        expect(toRetryDelay(given, count + 1, drawn)).toBeGreaterThanOrEqual(now);
      }),
    );
  });

  it('is never less than the attempt asked for', () => {
    fc.assert(
      fc.property(policy, failures, random, fc.nat(604_800), (given, count, drawn, seconds) => {
        const delay = toRetryDelay(given, count, drawn, seconds);
        expect(delay).toBeGreaterThanOrEqual(seconds * 1000);
        expect(delay).toBe(Math.max(toRetryDelay(given, count, drawn), seconds * 1000));
      }),
    );
  });

  it('is a delay whatever the attempt asked for', () => {
    const defaults = RetrySchema.parse({});
    const text = 'Wed, 21 Oct 2026 07:28:00 GMT' as unknown as number;
    for (const nonsense of [Number.NaN, -5, Number.NEGATIVE_INFINITY, text]) {
      expect(toRetryDelay(defaults, 1, 0, nonsense)).toBe(500);
    }
    const week = 7 * 86_400_000;
    expect(toRetryDelay(defaults, 1, 0, Number.POSITIVE_INFINITY)).toBe(week);
    expect(toRetryDelay(defaults, 1, 0, 1e300)).toBe(week);
  });
});

describe('a retry policy', () => {
  it('is written in durations', () => {
    const written = { maxAttempts: 3, backoff: 'fixed', delay: '2s', maxDelay: '1m' };
    expect(RetrySchema.parse(written)).toMatchObject({ delay: 2000, maxDelay: 60_000 });
  });

  it.each([{ maxAttempts: 0 }, { maxAttempts: 101 }, { maxAttempts: 1.5 }, { tries: 3 }])(
    'is not %j',
    (written) => {
      expect(RetrySchema.safeParse(written).success).toBe(false);
    },
  );
});
