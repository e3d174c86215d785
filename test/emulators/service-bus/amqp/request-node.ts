import type { Connection, EventContext, Message, Receiver, Sender } from 'rhea';
import type { FaultPlan } from '../faults.ts';

export interface Answer {
  readonly properties: Record<string, unknown>;
  readonly body?: unknown;
}

/**
 * Request and response over a pair of links. The client names its receiving link in `reply_to`, by
 * the target's address or, at `$cbs`, by the link's name. It finds the response by correlation id.
 */
export class ReplyLinks {
  readonly #links = new Map<string, Sender>();

  add(link: Sender): void {
    const address = link.target?.address ?? link.name;
    link.set_source({ address: link.source.address });
    link.set_target({ address });
    this.#links.set(address, link);
  }

  reply(request: Message, { properties, body }: Answer): void {
    const link = this.#links.get(request.reply_to ?? '');
    if (link === undefined || !link.is_open()) return;
    const message: Message = { application_properties: properties, body };
    if (request.message_id !== undefined) message.correlation_id = request.message_id;
    link.send(message).update(true);
  }
}

const linksOf = new WeakMap<Connection, ReplyLinks>();

export function replyLinks(connection: Connection): ReplyLinks {
  const links = linksOf.get(connection) ?? new ReplyLinks();
  linksOf.set(connection, links);
  return links;
}

export function startRequestNode(
  link: Receiver,
  plan: FaultPlan,
  respond: (request: Message) => Answer,
): void {
  link.set_target({ address: link.target.address });
  link.on('message', ({ connection, delivery, message }: EventContext) => {
    delivery?.accept();
    if (message === undefined) return;
    plan.later(() => replyLinks(connection).reply(message, respond(message)));
  });
}
