import { z } from 'zod';
import type { LiveClients, LiveTarget } from '../../ports/live-clients.ts';
import { Actor } from '../actor.ts';
import { MessageSchema, text } from './input-fields.ts';

const InputSchema = z.discriminatedUnion(
  'to',
  [
    z.strictObject({ to: z.literal('all'), message: MessageSchema }),
    z.strictObject({ to: z.literal('user'), user: text('a user id'), message: MessageSchema }),
    z.strictObject({ to: z.literal('group'), group: text('a group'), message: MessageSchema }),
  ],
  'expected all, user or group',
);

/**
 * `web-pubsub`: sends a message to the clients that are connected to the Web PubSub hub: to all of
 * them, to those of a user or to those in a group. Clients that are not connected miss it.
 *
 * Input: `to` (all, user, group); `user` or `group`; `message`: a text or any JSON. Output: `to`,
 * and `user` or `group`.
 *
 * @example
 * actor: web-pubsub
 * variables:
 *   to: group
 *   group: deployments
 *   message: { repository: '{{ event.repository.full_name }}' }
 */
export function createWebPubSubActor(clients: Pick<LiveClients, 'send'>) {
  return class WebPubSubActor extends Actor {
    static override readonly input = InputSchema;
    static override readonly takesExactNumbers = true;

    async execute({ message, ...target }: z.infer<typeof InputSchema>): Promise<LiveTarget> {
      await clients.send(target, message);
      return target;
    }
  };
}
