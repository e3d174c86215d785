import { DurationSchema } from '../../domain/duration.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { Pollers } from '../poller.ts';

const MIN_MS = 1000;
const MAX_MS = 31_536_000_000;

/** How often a trigger is polled, in milliseconds: as it says, or else as its poller does. */
export function readPollInterval({ poll }: Pick<Trigger, 'poll'>, pollers: Pollers): number {
  if (poll?.interval !== undefined) return poll.interval;
  const PollerClass = pollers[poll?.poller ?? ''];
  if (PollerClass) return parsePollInterval(new PollerClass().pollInterval);
  throw new TerminalError(`no poller "${poll?.poller}" is registered`, { code: 'poller_missing' });
}

/** @throws {RangeError} it is none */
export function parsePollInterval(interval: unknown): number {
  const parsed = DurationSchema.safeParse(interval);
  if (parsed.success && parsed.data >= MIN_MS && parsed.data <= MAX_MS) return parsed.data;
  throw new RangeError('pollInterval: expected a duration such as 2s or 5m, from 1s to 365d');
}
