import { DurationSchema } from '../../domain/duration.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { Pollers } from '../poller.ts';

const MIN_MS = 1000;
const MAX_MS = 31_536_000_000;

/** The polling interval in milliseconds: the trigger's own, or else its poller's. */
export function readPollInterval({ poll }: Pick<Trigger, 'poll'>, pollers: Pollers): number {
  if (poll?.interval !== undefined) return poll.interval;
  const PollerClass = pollers[poll?.poller ?? ''];
  if (PollerClass) return parsePollInterval(new PollerClass().pollInterval);
  throw new TerminalError('poller_missing', `no poller "${poll?.poller}" is registered`);
}

/** @throws {RangeError} when it is not a duration from 1s to 365d */
export function parsePollInterval(interval: unknown): number {
  const parsed = DurationSchema.safeParse(interval);
  if (parsed.success && parsed.data >= MIN_MS && parsed.data <= MAX_MS) return parsed.data;
  throw new RangeError('pollInterval: expected a duration such as 2s or 5m, from 1s to 365d');
}
