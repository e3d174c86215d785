import { z } from 'zod';
import { DurationSchema } from './duration.ts';

/** What an attempt asks for is often read from a header: it may be no number, or no sane one. */
const MAX_RETRY_AFTER_SECONDS = 7 * 86_400;

/** How a trigger's runs are tried again. Delays are in milliseconds once parsed. */
export const RetrySchema = z.strictObject({
  /** Attempts in all, the first one included. */
  maxAttempts: z.number().int().min(1).max(100).default(5),
  backoff: z.enum(['exponential', 'fixed']).default('exponential'),
  /** Before the second attempt. */
  delay: DurationSchema.default(1000),
  /** No wait between attempts is longer. */
  maxDelay: DurationSchema.default(300_000),
});
export type Retry = z.infer<typeof RetrySchema>;

/**
 * The wait before the next attempt, in milliseconds. Half of it is fixed and half is random, so
 * that the runs that one outage failed do not come back together.
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
  const floor = Math.min(retryAfter || 0, MAX_RETRY_AFTER_SECONDS) * 1000;
  return Math.round(Math.max(ceiling * (0.5 + random / 2), floor));
}
