import rhea, { type Receiver, type Sender } from 'rhea';
import type { Entity } from '../entity.ts';
import type { Namespace } from '../namespace.ts';
import type { SessionLock } from '../sessions.ts';
import type { Attached } from './attached.ts';
import { entityNotFound, SESSION_REQUIRED, SESSION_UNKNOWN_HERE } from './conditions.ts';
import { LinkConsumer } from './consumer.ts';
import { manage } from './management.ts';
import { startProducer } from './producer.ts';
import { replyLinks, startRequestNode } from './request-node.ts';
import { attachSession, awaitSession, requestedSession } from './session-attach.ts';

const MANAGEMENT = /\/\$management$/i;
const CBS = '$cbs';

/** Every token is accepted. */
const TOKEN_ACCEPTED = {
  properties: { 'status-code': rhea.types.wrap_int(202), 'status-description': 'Accepted' },
};

/** Connects the links that clients open to what is at their addresses. */
export class Links {
  readonly #namespace: Namespace;
  readonly #attached = new Map<Sender, Attached>();

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  /** Opens a link on which the client sends. */
  openIncoming(link: Receiver): void {
    const address = link.target?.address ?? '';
    const { plan } = this.#namespace;
    const entity = this.#find(address);
    if (address === CBS) startRequestNode(link, plan, () => TOKEN_ACCEPTED);
    else if (entity === undefined) link.close(entityNotFound(address));
    else if (MANAGEMENT.test(address)) {
      startRequestNode(link, plan, (request) => manage(request, entity, plan));
    } else startProducer(link, entity, plan);
  }

  /** Opens a link on which the client receives. */
  openOutgoing(link: Sender): void {
    const address = link.source?.address ?? '';
    const entity = this.#find(address);
    if (address === CBS) replyLinks(link.connection).add(link);
    else if (entity === undefined) link.close(entityNotFound(address));
    else if (MANAGEMENT.test(address)) replyLinks(link.connection).add(link);
    else this.#openConsumer(link, entity);
  }

  end(isGone: (link: Sender) => boolean, how: keyof Attached): void {
    for (const [link, attached] of this.#attached) {
      if (!isGone(link)) continue;
      this.#attached.delete(link);
      attached[how]();
    }
  }

  #find(address: string): Entity | undefined {
    return this.#namespace.find(address.replace(MANAGEMENT, ''));
  }

  #openConsumer(link: Sender, entity: Entity): void {
    link.set_target({ address: link.target?.address ?? '' });
    link.set_source({ address: entity.address });
    const sessionId = requestedSession(link);
    const { requiresSession } = entity.queue.settings;
    const onAccepted = (session?: SessionLock) => {
      this.#attached.set(link, new LinkConsumer(link, entity, this.#namespace.plan, session));
    };
    const attach = { link, entity, onAccepted };
    if (requiresSession && sessionId === undefined) link.close(SESSION_REQUIRED);
    else if (!requiresSession && sessionId !== undefined) link.close(SESSION_UNKNOWN_HERE);
    else if (sessionId === undefined) onAccepted();
    else if (sessionId === null) this.#attached.set(link, awaitSession(attach));
    else attachSession(attach, sessionId);
  }
}
