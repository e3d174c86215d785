import type { ServiceBusReceiver } from '@azure/service-bus';

/**
 * Messages that are active, locked, deferred or scheduled. Works without a session on a queue with
 * sessions too (https://github.com/Azure/azure-sdk-for-net/issues/10722).
 */
export async function countMessages(
  receiver: ServiceBusReceiver,
  max: number,
  abortSignal: AbortSignal,
): Promise<number> {
  const { default: Long } = await import('long');
  let from = Long.ZERO;
  let count = 0;
  while (count < max) {
    // Always from a place of our own: by itself the library goes on where the last peek ended.
    const options = { fromSequenceNumber: from, abortSignal };
    const page = await receiver.peekMessages(max - count, options);
    const last = page.at(-1)?.sequenceNumber;
    if (last === undefined) break;
    count += page.length;
    from = last.add(1);
  }
  return count;
}
