import type { Engine } from '../engine/index.ts';
import type { Before, Ended } from './poll-record.ts';

/**
 * Logs that polls fail: the first of them, then the second, fourth, eighth … in a row; and that
 * they succeed again. What a poll could not read is logged when it was not the same before. A poller
 * that fails every two seconds would otherwise fill the log.
 */
export function logPoll(
  { logger }: Pick<Engine, 'logger'>,
  name: string,
  { outcome, error, before }: Ended & { readonly before: Before },
): void {
  if (outcome === 'failed') {
    const failures = before.failures + 1;
    const level = Number.isInteger(Math.log2(failures)) ? 'warn' : 'debug';
    const what =
      failures === 1
        ? `A poll of ${name} has failed`
        : `Polls of ${name} have failed ${failures} times in a row`;
    logger[level](`${what}: ${error}`);
    return;
  }
  if (before.failures > 0) {
    logger.info(`A poll of ${name} has succeeded, after ${before.failures} that had failed`);
  }
  if (error !== undefined && error !== before.error) {
    logger.warn(`A poll of ${name} is incomplete: ${error}`);
  }
}
