import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { renewLock } from './lock-renewal.ts';
import { type PumpContext, receiveOptions, WorkTracker, whenAborted } from './message-pump.ts';

/**
 * Receives messages without sessions: up to maxConcurrentCalls function calls at a time, each with
 * one message.
 */
export async function pumpQueue(context: PumpContext, signal: AbortSignal): Promise<void> {
  const { client, worker, options } = context;
  const receiver = client.createReceiver(worker.binding.queueName, receiveOptions);
  const working = new WorkTracker();
  const failure = Promise.withResolvers<never>();
  const ending = new AbortController();
  const subscription = receiver.subscribe(
    {
      processMessage: (message) => working.add(handle(message, receiver, context)),
      processError: async ({ error, errorSource }) => {
        if (errorSource === 'receive') failure.reject(error);
        else worker.log('error', `${errorSource} failed: ${error}`);
      },
    },
    {
      autoCompleteMessages: false,
      maxConcurrentCalls: options.maxConcurrentCalls,
      abortSignal: ending.signal,
    },
  );
  const close = async () => {
    ending.abort();
    await subscription.close().catch(() => {});
    // Settling needs the receiver, so messages in progress keep it open. They do not delay a
    // reconnection.
    await working.all();
    await receiver.close().catch(() => {});
  };
  try {
    await Promise.race([failure.promise, whenAborted(signal)]);
  } finally {
    context.working.add(close());
  }
}

async function handle(
  message: ServiceBusReceivedMessage,
  receiver: ServiceBusReceiver,
  { worker, options }: PumpContext,
): Promise<void> {
  const renewal = renewLock(
    {
      lockedUntil: () => message.lockedUntilUtc,
      renew: () => receiver.renewMessageLock(message),
      onFailure: (error) =>
        worker.log('warning', `the lock of message '${message.messageId}' is lost: ${error}`),
    },
    options.maxAutoLockRenewalMs,
  );
  await worker.handle([message], receiver, () => renewal.stop());
}
