import type { QueueDelivery } from '../connectors/connector.ts';
import { toQueueEvent } from '../connectors/queue-event.ts';
import { RetryableError } from '../errors/errors.ts';
import {
  dispatchIsolated,
  giveUpHostMessage,
  giveUpMessage,
  type HostMessage,
  handleHostMessage,
} from '../pipeline/dispatch/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { receiveQueueMessage } from '../pipeline/ingest/index.ts';
import type { Isolation } from '../pipeline/isolation/index.ts';
import type { Backend } from '../ports/backend.ts';

/** Handles messages that the Functions host delivers. */
export interface MessageService {
  /** Takes in a message of a connector's queue. @param kind of the connector */
  receiveQueueMessage(kind: string, delivery: QueueDelivery): Promise<void>;
  /** Handles a message of the event queue. Throws when it must be redelivered. */
  handleMessage(message: HostMessage): Promise<void>;
  /** Records a message that the queue has given up. Throws when it must be redelivered. */
  giveUpMessage(message: HostMessage, reason: string): Promise<void>;
}

interface Delivering {
  /** That of the process. */
  readonly isolation: Isolation;
  /** False: messages stay in the queue, see {@link leave}. */
  readonly isReadable: boolean;
}

export function createMessageService(
  engine: LiveEngine,
  { decode = toText }: Pick<Backend, 'decode'>,
  { isolation, isReadable }: Delivering,
): MessageService {
  const receive = async (kind: string, delivery: QueueDelivery) =>
    receiveQueueMessage(withSnapshot(engine), await toQueueEvent(kind, delivery));
  if (!isReadable)
    return { receiveQueueMessage: receive, handleMessage: leave, giveUpMessage: leave };
  return {
    receiveQueueMessage: receive,
    handleMessage: (message) =>
      handleHostMessage({ engine: withSnapshot(engine), isolation, decode }, message),
    giveUpMessage: (message, reason) =>
      giveUpHostMessage(withSnapshot(engine), decode, message, reason),
  };
}

/** Starts delivery from a queue that the app itself drives. */
export function driveQueue(
  engine: LiveEngine,
  backend: Pick<Backend, 'drive'>,
  isolation: Isolation,
): void {
  backend.drive?.({
    handle: (delivery) => dispatchIsolated(isolation, delivery, withSnapshot(engine)),
    giveUp: (delivery, reason) => giveUpMessage(delivery, reason, withSnapshot(engine)),
  });
}

/** Equals the longest time for which the functions hold back a failed message. */
const LEAVE_SECONDS = 300;

/**
 * Leaves a message in the queue. Without triggers its event would match none, or its run could not
 * continue: either would be final.
 */
async function leave(): Promise<never> {
  const text = 'the triggers and sources cannot be read: what is queued waits; see /health';
  throw new RetryableError('definitions_unreadable', text, { retryAfter: LEAVE_SECONDS });
}

async function toText(bytes: Uint8Array): Promise<string> {
  return Buffer.from(bytes).toString('utf8');
}
