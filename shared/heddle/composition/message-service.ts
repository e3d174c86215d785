import type { QueueDelivery } from '../connectors/connector.ts';
import { toQueueEvent } from '../connectors/queue-event.ts';
import { redactError } from '../domain/redact.ts';
import { RetryableError } from '../errors/errors.ts';
import {
  dispatchIsolated,
  giveUpHostMessage,
  giveUpMessage,
  type HostMessage,
  handleHostMessage,
} from '../pipeline/dispatch/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import { receiveQueueMessage as receiveMessage } from '../pipeline/ingest/index.ts';
import type { Isolation } from '../pipeline/isolation/index.ts';
import type { Backend } from '../ports/backend.ts';
import type { MessageHandler } from '../ports/event-queue.ts';
import type { IntakeGate } from './health/intake-gate.ts';
import type { Vitals } from './health/vitals.ts';

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
  readonly vitals: Vitals;
}

interface ServiceOptions extends Delivering {
  /** False: messages stay in the queue, see {@link leave}. */
  readonly isReadable: boolean;
  /** Closed where messages could not be read. */
  readonly gate: Pick<IntakeGate, 'assertOpen'>;
}

export function createMessageService(
  engine: LiveEngine,
  { decode = toText }: Pick<Backend, 'decode'>,
  { isolation, isReadable, gate, vitals }: ServiceOptions,
): MessageService {
  const safely = createSafely(engine);
  const receiveQueueMessage = safely(async (kind: string, delivery: QueueDelivery) => {
    gate.assertOpen();
    return receiveMessage(withSnapshot(engine), await toQueueEvent(kind, delivery));
  });
  const handle = (work: () => Promise<void>) => {
    vitals.received(1);
    return vitals.handle(work);
  };
  if (!isReadable) return { receiveQueueMessage, handleMessage: leave, giveUpMessage: leave };
  return {
    receiveQueueMessage,
    handleMessage: safely((message: HostMessage) =>
      handle(() => handleHostMessage({ engine: withSnapshot(engine), isolation, decode }, message)),
    ),
    giveUpMessage: safely((message: HostMessage, reason: string) =>
      handle(() => giveUpHostMessage(withSnapshot(engine), decode, message, reason)),
    ),
  };
}

/** The Functions host writes what is thrown, with its stack, to a log of its own. */
function createSafely({ redact }: Pick<LiveEngine, 'redact'>) {
  return <T extends unknown[]>(handle: (...given: T) => Promise<void>) =>
    async (...given: T): Promise<void> => {
      try {
        await handle(...given);
      } catch (error) {
        redactError(error, redact);
        throw error;
      }
    };
}

/** Starts delivery from a queue that the app itself drives. */
export function driveQueue(
  engine: LiveEngine,
  backend: Pick<Backend, 'drive'>,
  { isolation, vitals }: Delivering,
): void {
  const handler: MessageHandler = {
    handle: (delivery) =>
      vitals.handle(() => dispatchIsolated(isolation, delivery, withSnapshot(engine))),
    giveUp: (delivery, reason) =>
      vitals.handle(() => giveUpMessage(delivery, reason, withSnapshot(engine))),
  };
  backend.drive?.(handler, vitals);
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
