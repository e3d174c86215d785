import { RetryableError } from '../errors/errors.ts';
import {
  dispatch,
  giveUpHostMessage,
  giveUpMessage,
  type HostMessage,
  handleHostMessage,
} from '../pipeline/dispatch/index.ts';
import type { Engine } from '../pipeline/engine/index.ts';
import { receiveQueueMessage } from '../pipeline/ingest/index.ts';
import type { Backend } from '../ports/backend.ts';
import type { QueueMessage } from '../sources/storage-queue.ts';

/** What is done with messages that the Functions host delivers. */
export interface MessageService {
  /** Takes a message of a storage queue in. */
  receiveQueueMessage(message: QueueMessage): Promise<void>;
  /** Deals with a message of the event queue. Throws when it must come again. */
  handleMessage(message: HostMessage): Promise<void>;
  /** Deals with one that the queue has given up. Throws when it must come again. */
  giveUpMessage(message: HostMessage, reason: string): Promise<void>;
}

/** @param isReadable false: messages wait, as {@link leave} says */
export function createMessageService(
  engine: Engine,
  { decode = toText }: Pick<Backend, 'decode'>,
  isReadable: boolean,
): MessageService {
  const receive = (message: QueueMessage) => receiveQueueMessage(engine, message);
  if (!isReadable)
    return { receiveQueueMessage: receive, handleMessage: leave, giveUpMessage: leave };
  return {
    receiveQueueMessage: receive,
    handleMessage: (message) => handleHostMessage(engine, decode, message),
    giveUpMessage: (message, reason) => giveUpHostMessage(engine, decode, message, reason),
  };
}

/** Has the queue that the app itself drives deliver what it has. */
export function driveQueue(engine: Engine, backend: Pick<Backend, 'drive'>): void {
  backend.drive?.({
    handle: async (delivery) => void (await dispatch(delivery, engine)),
    giveUp: (delivery, reason) => giveUpMessage(delivery, reason, engine),
  });
}

/** As long as the functions hold a message back that was not dealt with. */
const LEAVE_SECONDS = 300;

/** Its event would find no trigger, and its run none to go on with: both would be over for good. */
async function leave(): Promise<never> {
  const text = 'the triggers and sources cannot be read: what is queued waits; see /health';
  throw new RetryableError('definitions_unreadable', text, { retryAfter: LEAVE_SECONDS });
}

async function toText(bytes: Uint8Array): Promise<string> {
  return Buffer.from(bytes).toString('utf8');
}
