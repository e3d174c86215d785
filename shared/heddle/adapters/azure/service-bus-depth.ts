import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

export interface Counting {
  readonly max: number;
  readonly signal: AbortSignal;
  /** Sees each message that was peeked. */
  readonly onMessage?: (message: ServiceBusReceivedMessage) => unknown;
  /** Absent: all messages count: active, locked, deferred and scheduled. */
  readonly isCounted?: (message: ServiceBusReceivedMessage) => boolean;
}

/** Peeking returns whole messages; this bounds the work where many are not counted. */
const MAX_PEEKED = 5000;

/**
 * Counts messages by peeking. This works without a session even on a queue with sessions
 * (https://github.com/Azure/azure-sdk-for-net/issues/10722).
 */
export async function countMessages(
  receiver: ServiceBusReceiver,
  { max, signal: abortSignal, isCounted = () => true, onMessage }: Counting,
): Promise<number> {
  const { default: Long } = await import('long');
  let from = Long.ZERO;
  let count = 0;
  for (let peeked = 0; count < max && peeked < MAX_PEEKED; ) {
    // Always states the position: without one the library continues where the last peek ended.
    const options = { fromSequenceNumber: from, abortSignal };
    const page = await receiver.peekMessages(max - count, options);
    const last = page.at(-1)?.sequenceNumber;
    if (last === undefined) break;
    peeked += page.length;
    if (onMessage) for (const message of page) onMessage(message);
    count += page.filter(isCounted).length;
    from = last.add(1);
  }
  return count;
}

interface Peeking {
  readonly max: number;
  readonly abortSignal: AbortSignal;
}

/** Peeks at up to `max` messages that are due, in the order of their sequence numbers. */
export async function peekFirst(
  receiver: ServiceBusReceiver,
  { max, abortSignal }: Peeking,
): Promise<readonly ServiceBusReceivedMessage[]> {
  const due: ServiceBusReceivedMessage[] = [];
  const isCounted = (message: ServiceBusReceivedMessage) => {
    if (message.state === 'active') due.push(message);
    return message.state === 'active';
  };
  await countMessages(receiver, { max, signal: abortSignal, isCounted });
  return due;
}
