import { z } from 'zod';
import { Actor } from '../../actors/actor.ts';
import { MessageSchema, numeric, optional, text, toText } from '../../actors/sinks/input-fields.ts';
import type { MessageSink } from '../../ports/sinks.ts';
import { ENTITY_NAME } from './entity-name.ts';

const MAX_DELAY_SECONDS = 365 * 86_400;

/** Heddle's own queues. A message sent there would be taken for one of Heddle's. */
const OWN_QUEUES = ['events', 'events-ordered', 'events-urgent'];

const entity = z
  .string()
  .regex(ENTITY_NAME, 'expected the name of a Service Bus queue or topic')
  .refine(
    (name) => !OWN_QUEUES.includes(name.toLowerCase()),
    "this is a queue of Heddle's own: send to another",
  );

const InputSchema = z
  .strictObject({
    queue: optional(entity),
    topic: optional(entity),
    message: MessageSchema,
    subject: optional(z.string()),
    sessionId: optional(z.string().max(128, 'expected at most 128 characters')),
    properties: optional(
      z.record(
        text('a name'),
        z.union([z.string(), z.number(), z.boolean()]),
        'expected properties, each with a text, a number, true or false',
      ),
    ),
    delaySeconds: optional(numeric(0, MAX_DELAY_SECONDS)),
  })
  .refine(
    ({ queue, topic }) => (queue === undefined) !== (topic === undefined),
    'expected either queue or topic',
  );

export interface ServiceBusMessage {
  readonly body: string;
  /** Used for duplicate detection, if the queue or topic has it. */
  readonly id?: string;
  readonly contentType?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly delayMs?: number;
}

/**
 * `service-bus`: sends a message to a queue or a topic of the Service Bus namespace that Heddle
 * runs on. Its id is the same for every attempt, so that a queue or topic with duplicate detection
 * takes it once.
 *
 * Input: `queue` or `topic`; `message`: a text, or any JSON, sent as application/json; `subject`;
 * `sessionId`; `properties`; `delaySeconds`, up to a year. Output: `queue` or `topic`, and
 * `messageId`.
 *
 * @example
 * actor: service-bus
 * variables:
 *   topic: deployments
 *   sessionId: '{{ event.repository.full_name }}'
 *   message: { commit: '{{ event.after }}' }
 */
export function createServiceBusActor(sink: MessageSink<ServiceBusMessage>) {
  return class ServiceBusActor extends Actor {
    static override readonly input = InputSchema;

    async execute(input: z.infer<typeof InputSchema>) {
      const { queue, topic } = input;
      const messageId = this.context.idempotencyKey;
      await sink.send(queue ?? topic ?? '', toMessage(input, messageId));
      return { ...(queue === undefined ? { topic: topic ?? '' } : { queue }), messageId };
    }
  };
}

function toMessage(input: z.infer<typeof InputSchema>, id: string): ServiceBusMessage {
  const { message, subject, sessionId, properties, delaySeconds } = input;
  const { text: body, isJson } = toText(message);
  return {
    ...{ id, body, contentType: isJson ? 'application/json' : 'text/plain; charset=utf-8' },
    ...(subject !== undefined && { subject }),
    ...(sessionId !== undefined && { sessionId }),
    ...(properties !== undefined && { properties }),
    ...(delaySeconds !== undefined && { delayMs: Math.round(delaySeconds * 1000) }),
  };
}
