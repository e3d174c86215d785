import { RetryableError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** Resolves at a time, in Unix milliseconds. Rejects when the message is lost before that. */
export function waitUntil(
  { clock }: { readonly clock: Clock },
  at: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lost = () => {
    reject(new RetryableError('lock_lost', 'the message was lost before the run was tried again'));
  };
  if (signal.aborted) lost();
  signal.addEventListener('abort', lost, { once: true });
  const cancel = clock.after(Math.max(0, at - clock.now()), resolve);
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', lost);
  });
}
