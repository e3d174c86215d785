import type { Engine } from '../engine/index.ts';
import type { Ended } from './poll-record.ts';

/**
 * Logs that polls fail: the first of them, then the second, fourth, eighth … in a row; and that
 * they succeed again. A poller that fails every two seconds would otherwise fill the log.
 * @param before how many had failed in a row before this one
 */
export function logPoll(
  { logger }: Pick<Engine, 'logger'>,
  name: string,
  { outcome, error, before }: Ended & { readonly before: number },
): void {
  if (outcome === 'failed') {
    const failures = before + 1;
    const level = Number.isInteger(Math.log2(failures)) ? 'warn' : 'debug';
    const what =
      failures === 1
        ? `A poll of ${name} has failed`
        : `Polls of ${name} have failed ${failures} times in a row`;
    logger[level](`${what}: ${error}`);
  } else if (before > 0) {
    logger.info(`A poll of ${name} has succeeded, after ${before} that had failed`);
  }
}
