import { z } from 'zod';
import type { Sinks } from '../../ports/sinks.ts';
import { Actor } from '../actor.ts';
import { MessageSchema, numeric, optional, toText } from './input-fields.ts';

/** @see https://learn.microsoft.com/rest/api/storageservices/put-message */
const MAX_DELAY_SECONDS = 7 * 86_400;
/** @see https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata */
export const QUEUE_NAME = /^(?=.{3,63}$)[a-z\d]+(?:-[a-z\d]+)*$/;

const InputSchema = z.strictObject({
  queue: z
    .string('expected the name of a storage queue')
    .regex(QUEUE_NAME, 'expected 3 to 63 lower-case letters, digits and single hyphens'),
  message: MessageSchema,
  delaySeconds: optional(numeric(0, MAX_DELAY_SECONDS)),
});

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
export function createStorageQueueActor(sinks: Sinks) {
  return class StorageQueueActor extends Actor {
    static override readonly input = InputSchema;

    async execute({ queue, message, delaySeconds }: z.infer<typeof InputSchema>) {
      const options = delaySeconds === undefined ? {} : { delaySeconds };
      const messageId = await sinks.sendToStorageQueue(queue, toText(message).text, options);
      return { queue, messageId };
    }
  };
}
