import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusSessionReceiver } from '@azure/service-bus';
import { renewLock } from './lock-renewal.ts';
import { type PumpContext, receiveOptions, whenAborted } from './message-pump.ts';

/** Pause after a broker that answers "no session" at once instead of waiting for one. */
const noSessionPauseMs = 500;

/**
 * Serves up to maxConcurrentSessions sessions at a time, and within each one message after the
 * other.
 */
export async function pumpSessions(context: PumpContext, signal: AbortSignal): Promise<void> {
  const { working, options, worker } = context;
  // A batch trigger serves one session at a time: the real host's loop is not parallel.
  const most = worker.binding.isBatch ? 1 : options.maxConcurrentSessions;
  while (!signal.aborted) {
    if (working.size >= most) {
      await Promise.race([working.any(), whenAborted(signal)]);
      continue;
    }
    const session = await acceptSession(context, signal);
    if (session) working.add(drainSession(session, context, signal));
  }
}

async function acceptSession(
  { client, worker }: PumpContext,
  signal: AbortSignal,
): Promise<ServiceBusSessionReceiver | undefined> {
  const { queueName } = worker.binding;
  const accepting = client.acceptNextSession(queueName, { ...receiveOptions, abortSignal: signal });
  try {
    const session = await Promise.race([accepting, whenAborted(signal)]);
    // The SDK cannot abort the wait for a session: one that comes too late is closed.
    if (!session) accepting.then((late) => late.close()).catch(() => {});
    return session ?? undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    const { code } = error as { code?: string };
    if (code === 'ServiceTimeout' || code === 'OperationTimeoutError') return undefined;
    if (code !== 'SessionCannotBeLocked') throw error;
    await delay(noSessionPauseMs, undefined, { signal }).catch(() => {});
    return undefined;
  }
}

/** Never rejects. It closes the session when nothing has come for sessionIdleTimeout. */
async function drainSession(
  session: ServiceBusSessionReceiver,
  context: PumpContext,
  signal: AbortSignal,
): Promise<void> {
  const { worker, options } = context;
  const renewal = renewLock(
    {
      lockedUntil: () => session.sessionLockedUntilUtc,
      renew: () => session.renewSessionLock(),
      onFailure: (error) =>
        worker.log('warning', `the lock of session '${session.sessionId}' is lost: ${error}`),
    },
    // The real host renews no locks for a batch, not even those of sessions.
    worker.binding.isBatch ? 0 : options.maxAutoLockRenewalMs,
  );
  const most = worker.binding.isBatch ? options.maxMessageBatchSize : 1;
  try {
    while (!signal.aborted) {
      const messages = await session.receiveMessages(most, {
        maxWaitTimeInMs: options.sessionIdleMs,
        abortSignal: signal,
      });
      if (messages.length === 0) return;
      renewal.restart();
      await worker.handle(messages, session);
    }
  } catch (error) {
    if (!signal.aborted) worker.log('warning', `session '${session.sessionId}' ended: ${error}`);
  } finally {
    renewal.stop();
    await session.close().catch(() => {});
  }
}
