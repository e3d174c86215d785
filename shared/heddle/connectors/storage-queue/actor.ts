import { z } from 'zod';
import { Actor } from '../../actors/actor.ts';
import { MessageSchema, numeric, optional, toText } from '../../actors/sinks/input-fields.ts';
import type { MessageSink } from '../../ports/sinks.ts';
import { QUEUE_NAME, QUEUE_NAME_RULE } from './queue-name.ts';

/** @see https://learn.microsoft.com/rest/api/storageservices/put-message */
const MAX_DELAY_SECONDS = 7 * 86_400;

const InputSchema = z.strictObject({
  queue: z
    .string('expected the name of a storage queue')
    .regex(QUEUE_NAME, `expected ${QUEUE_NAME_RULE}`),
  message: MessageSchema,
  delaySeconds: optional(numeric(0, MAX_DELAY_SECONDS)),
});

export interface StorageQueueMessage {
  readonly text: string;
  readonly delaySeconds?: number;
}

/**
 * `storage-queue`: sends a message to an Azure storage queue. Storage queues do not drop
 * duplicates: an attempt repeated after a crash may send it twice.
 *
 * Input: `queue`; `message`: a text, or any JSON, sent as JSON text; `delaySeconds`, up to a week.
 * Output: `queue` and `messageId`.
 *
 * @example
 * actor: storage-queue
 * variables:
 *   queue: thumbnails
 *   message: { blob: '{{ event.url }}' }
 */
export function createStorageQueueActor(sink: MessageSink<StorageQueueMessage, string>) {
  return class StorageQueueActor extends Actor {
    static override readonly input = InputSchema;
    static override readonly takesExactNumbers = true;

    async execute({ queue, message, delaySeconds }: z.infer<typeof InputSchema>) {
      const options = delaySeconds === undefined ? {} : { delaySeconds };
      const messageId = await sink.send(queue, { text: toText(message).text, ...options });
      return { queue, messageId };
    }
  };
}
