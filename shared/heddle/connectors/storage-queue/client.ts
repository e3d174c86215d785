import type { QueueSendMessageOptions, QueueServiceClient } from '@azure/storage-queue';
import { TerminalError } from '../../errors/errors.ts';
import { toProbeError } from '../../errors/probe-error.ts';
import { toHttpSinkError } from '../../errors/sink-error.ts';
import type { Connection } from '../../ports/connection.ts';
import type { DepthOptions, DepthProbe } from '../../ports/probes.ts';
import type { MessageSink } from '../../ports/sinks.ts';
import type { LentClients } from '../lent-clients.ts';
import type { StorageQueueMessage } from './actor.ts';
import { QUEUE_NAME } from './queue-name.ts';

/** https://learn.microsoft.com/rest/api/storageservices/put-message */
const MAX_ENCODED_BYTES = 64 * 1024;
const PINGED = 'heddle-health';
const MAX_DELAY_SECONDS = 7 * 24 * 60 * 60;
const DEFAULT_TTL_SECONDS = 7 * 24 * 60 * 60;
const TIMEOUT_MS = 10_000;
/**
 * No retries by the library: the run retries, and the library might send a second message unseen.
 */
const OPTIONS = { retryOptions: { maxTries: 1 } };

type Lend = () => Promise<Pick<LentClients, 'createCredential'>>;

/**
 * Sends to any queue of one storage account, and counts its messages. Names are checked first, so
 * that none leads to another URL.
 */
export class StorageQueueClient implements MessageSink<StorageQueueMessage, string>, DepthProbe {
  readonly #connection: Connection;
  readonly #lend: Lend;
  #client: Promise<QueueServiceClient> | undefined;

  constructor(connection: Connection, lend: Lend) {
    this.#connection = connection;
    this.#lend = lend;
  }

  /** Sends base64, as queue triggers of Functions expect. @returns the message's id */
  async send(queue: string, { text, delaySeconds = 0 }: StorageQueueMessage): Promise<string> {
    if (!QUEUE_NAME.test(queue)) throw toWrongName(queue);
    const encoded = Buffer.from(text, 'utf8').toString('base64');
    if (encoded.length > MAX_ENCODED_BYTES) throw toTooLarge(queue, encoded.length);
    const options = toOptions(queue, delaySeconds);
    try {
      const client = await this.#open();
      const answer = await client.getQueueClient(queue).sendMessage(encoded, options);
      return answer.messageId;
    } catch (cause) {
      throw toSinkError(queue, cause);
    }
  }

  /** Asks for a queue that need not exist: an answer is one, that there is none too. */
  async ping(abortSignal: AbortSignal): Promise<void> {
    const client = await this.#open();
    await client.getQueueClient(PINGED).exists({ abortSignal });
  }

  /** Returns the approximate count of messages, hidden ones included. */
  async depth(queue: string, { signal }: DepthOptions): Promise<number> {
    if (!QUEUE_NAME.test(queue)) throw toWrongName(queue);
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const client = await this.#open();
      const { approximateMessagesCount = 0 } = await client
        .getQueueClient(queue)
        .getProperties({ abortSignal });
      return approximateMessagesCount;
    } catch (cause) {
      throw toProbeError({ target: `the storage queue ${queue}`, cause, ...toSteps(queue) });
    }
  }

  async #open(): Promise<QueueServiceClient> {
    this.#client ??= createClient(this.#connection, this.#lend);
    try {
      return await this.#client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }
}

async function createClient(connection: Connection, lend: Lend): Promise<QueueServiceClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  if (connection.kind === 'string') {
    return QueueServiceClient.fromConnectionString(connection.value, OPTIONS);
  }
  const credential = (await lend()).createCredential(connection.clientId);
  return new QueueServiceClient(connection.endpoint, credential, OPTIONS);
}

function toOptions(queue: string, delaySeconds: number): QueueSendMessageOptions {
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
  const visibilityTimeout = Math.ceil(delaySeconds);
  if (visibilityTimeout <= 0) return { abortSignal };
  if (visibilityTimeout > MAX_DELAY_SECONDS) throw toTooLate(queue, visibilityTimeout);
  // The message lives for its delay plus the usual time.
  const messageTimeToLive = visibilityTimeout + DEFAULT_TTL_SECONDS;
  return { abortSignal, visibilityTimeout, messageTimeToLive };
}

function toSinkError(queue: string, cause: unknown): Error {
  return toHttpSinkError({ target: `the storage queue ${queue}`, cause, ...toSteps(queue) });
}

function toSteps(queue: string) {
  return {
    onForbidden:
      "give the app's identity the role Storage Queue Data Contributor on the account, and check the setting AzureWebJobsStorage, or AzureWebJobsStorage__queueServiceUri",
    onMissing: `create the queue (az storage queue create --name ${queue}), or correct the name`,
  };
}

function toWrongName(queue: string): TerminalError {
  const name = JSON.stringify(queue.slice(0, 100));
  return toRefusal(
    `expected the name of a storage queue (3 to 63 lower-case letters, digits and single dashes), received ${name}: correct the trigger's input`,
  );
}

function toTooLarge(queue: string, size: number): TerminalError {
  return toRefusal(
    `the message for the storage queue ${queue} has ${size} bytes in base64, and ${MAX_ENCODED_BYTES} is the limit: send a reference to the data instead`,
  );
}

function toTooLate(queue: string, seconds: number): TerminalError {
  return toRefusal(
    `the storage queue ${queue} holds a message back for at most ${MAX_DELAY_SECONDS} seconds, not ${seconds}: use a shorter delay`,
  );
}

function toRefusal(message: string): TerminalError {
  return new TerminalError('sink_refused', message);
}
