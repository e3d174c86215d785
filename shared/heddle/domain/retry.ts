import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { toObjectError } from './object-error.ts';

/** What an attempt asks for is often read from a header: it may be no number, or no sane one. */
const MAX_RETRY_AFTER_SECONDS = 7 * 86_400;

/** How a trigger's runs are tried again. Delays are in milliseconds once parsed. */
export const RetrySchema = z.strictObject(
  {
    /** Attempts in all, the first one included. */
    maxAttempts: z.number().int().min(1).max(100).default(5),
    backoff: z.enum(['exponential', 'fixed']).default('exponential'),
    /** Before the second attempt. */
    delay: DurationSchema.default(1000),
    /** No wait between attempts is longer. */
    maxDelay: DurationSchema.default(300_000),
    /** How much of each wait is drawn at random, so that what failed together does not come back so. */
    jitter: z.enum(['none', 'half', 'full']).default('half'),
    /** Codes or names of errors after which no attempt follows: `input_invalid`, `TypeError`. */
    nonRetryable: z.array(z.string().min(1).max(128)).max(50).default([]),
  },
  toObjectError('{ maxAttempts: 3, delay: 2s }'),
);
export type Retry = z.infer<typeof RetrySchema>;

const RANDOM_SHARE = { none: 0, half: 0.5, full: 1 } as const;

/**
 * The wait before the next attempt, in milliseconds.
 *
 * @param failures attempts that have failed so far, at least 1
 * @param random in [0, 1)
 * @param retryAfter seconds that the failed attempt asked for: never less, whatever the policy says,
 * up to a week
 */
export function toRetryDelay(
  policy: Retry,
  failures: number,
  random: number,
  retryAfter = 0,
): number {
  const factor = policy.backoff === 'fixed' ? 1 : 2 ** (failures - 1);
  const ceiling = Math.min(policy.delay * factor, policy.maxDelay);
  const floor = Math.min(Number(retryAfter) || 0, MAX_RETRY_AFTER_SECONDS) * 1000;
  const share = RANDOM_SHARE[policy.jitter];
  return Math.round(Math.max(ceiling * (1 - share + share * random), floor));
}
