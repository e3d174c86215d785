import { type PumpContext, receiveOptions } from './message-pump.ts';

/**
 * Receives batches without sessions: one function call at a time, with up to maxMessageBatchSize
 * messages. Their locks are not renewed.
 */
export async function pumpBatches(context: PumpContext, signal: AbortSignal): Promise<void> {
  const { client, worker, options } = context;
  const receiver = client.createReceiver(worker.binding.queueName, receiveOptions);
  try {
    while (!signal.aborted) {
      const messages = await receiver.receiveMessages(options.maxMessageBatchSize, {
        maxWaitTimeInMs: options.retry.timeoutInMs ?? 60_000,
        abortSignal: signal,
      });
      if (messages.length > 0) await context.working.add(worker.handle(messages, receiver));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await receiver.close().catch(() => {});
  }
}
