import { HeddleError, RetryableError, TerminalError } from '../../errors/errors.ts';
import type { LentServiceBus } from '../lent-clients.ts';

const REFUSED_FOR_GOOD: readonly string[] = ['MessageSizeExceeded', 'MessagingEntityNotFound'];

/** Converts an error of a queue or topic that an actor sends to, or that a poller watches. */
export function toServiceBusSinkError(
  { explain }: Pick<LentServiceBus, 'explain'>,
  failure: { readonly entity: string; readonly cause: unknown },
): HeddleError {
  const { cause } = failure;
  if (cause instanceof HeddleError) return cause;
  const { code, message, wait } = explain(failure);
  if (code !== undefined && REFUSED_FOR_GOOD.includes(code)) {
    return new TerminalError('sink_refused', message, { cause });
  }
  return new RetryableError('sink_unavailable', message, { cause, ...wait });
}
