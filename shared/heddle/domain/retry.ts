import { z } from 'zod';
import { DurationSchema } from './duration.ts';
import { toObjectError } from './object-error.ts';

/** An attempt often reads Retry-After from a header: it may be no number, or an absurd one. */
const MAX_RETRY_AFTER_SECONDS = 7 * 86_400;

/** Retry policy of a trigger's runs. Delays are in milliseconds once parsed. */
export const RetrySchema = z.strictObject(
  {
    /** Attempts in total, the first one included. */
    maxAttempts: z.number().int().min(1).max(100).default(5),
    backoff: z.enum(['exponential', 'fixed']).default('exponential'),
    /** Delay before the second attempt. */
    delay: DurationSchema.default(1000),
    /** Maximum delay between attempts. */
    maxDelay: DurationSchema.default(300_000),
    /** Random share of each delay, so that runs that failed together do not retry together. */
    jitter: z.enum(['none', 'half', 'full']).default('half'),
    /** Codes or names of errors that are not retried: `input_invalid`, `TypeError`. */
    nonRetryable: z.array(z.string().min(1).max(128)).max(50).default([]),
  },
  toObjectError('{ maxAttempts: 3, delay: 2s }'),
);
export type Retry = z.infer<typeof RetrySchema>;

const RANDOM_SHARE = { none: 0, half: 0.5, full: 1 } as const;

/**
 * Computes the delay before the next attempt, in milliseconds.
 *
 * @param failures failed attempts so far, at least 1
 * @param random in [0, 1)
 * @param retryAfter seconds that the failed attempt asked for: the delay is never shorter, whatever
 * the policy says, up to a week
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
