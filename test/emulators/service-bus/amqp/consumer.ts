import type { Delivery, EventContext, Sender } from 'rhea';
import type { Consumer, Entity } from '../entity.ts';
import type { FaultPlan } from '../faults.ts';
import type { Properties } from '../message.ts';
import type { SessionLock } from '../sessions.ts';
import type { Attached } from './attached.ts';
import { MESSAGE_LOCK_LOST, NOT_IMPLEMENTED, SESSION_LOCK_LOST } from './conditions.ts';
import { toTag } from './lock-token.ts';
import {
  ACCEPTED,
  type AmqpErrorFields,
  answerDrains,
  creditOf,
  internals,
  rejected,
  settle,
} from './rhea.ts';
import { encodeLocked } from './wire-message.ts';

const SETTLED_ON_SENDING = 1;

interface Outcome {
  readonly error?: { readonly info?: Properties };
  readonly undeliverable_here?: boolean;
  readonly message_annotations?: Properties;
}

/** Delivers the messages of a queue to a client within its credit, and settles them as it says. */
export class LinkConsumer implements Consumer, Attached {
  readonly session: SessionLock | undefined;
  readonly #link: Sender;
  readonly #entity: Entity;
  readonly #plan: FaultPlan;
  readonly #deletes: boolean;
  /** Lock tokens of unsettled deliveries, by delivery id. */
  readonly #tokens = new Map<number, string>();

  constructor(link: Sender, entity: Entity, plan: FaultPlan, session?: SessionLock) {
    this.#link = link;
    this.#entity = entity;
    this.#plan = plan;
    this.session = session;
    this.#deletes = link.snd_settle_mode === SETTLED_ON_SENDING;
    internals(link).local.attach.snd_settle_mode = link.snd_settle_mode;
    answerDrains(link);
    this.#listen();
    entity.attach(this);
  }

  wants(): number {
    return this.#link.is_open() ? creditOf(this.#link) : 0;
  }

  feed(): boolean {
    const { queue } = this.#entity;
    const lock = queue.take(this.session);
    if (lock === undefined) return false;
    const delivery = this.#link.send(encodeLocked(lock), toTag(lock.token), 0);
    if (this.#deletes) queue.complete(lock.token);
    else this.#tokens.set(delivery.id, lock.token);
    return true;
  }

  loseSession(): void {
    this.#link.close(SESSION_LOCK_LOST);
  }

  /** Detaches. Unsettled messages stay locked, except those of a session. */
  leave(): void {
    this.#entity.detach(this);
    if (this.session !== undefined) this.#entity.queue.releaseSession(this.session);
    this.#entity.wake();
  }

  vanish(): void {
    this.#entity.detach(this);
  }

  #listen(): void {
    const { queue } = this.#entity;
    this.#link.on('sender_flow', () => this.#onFlow());
    this.#onOutcome('accepted', (token) => queue.complete(token));
    this.#onOutcome('released', (token) => queue.abandon(token));
    this.#onOutcome('rejected', (token, outcome) =>
      queue.deadLetter(token, { ...outcome.error?.info }),
    );
    this.#onOutcome('modified', (token, outcome) =>
      queue.abandon(token, { ...outcome.message_annotations }),
    );
  }

  /** Sends messages before it returns unused credit. */
  #onFlow(): void {
    while (this.wants() > 0 && this.feed());
    if (internals(this.#link)._draining) this.#link.set_drained(true);
    this.#entity.wake();
  }

  #onOutcome(name: string, apply: (token: string, outcome: Outcome) => boolean): void {
    this.#link.on(name, ({ delivery }: EventContext) => {
      if (delivery === undefined || this.#deletes) return;
      this.#plan.later(() => this.#settle(delivery, apply));
    });
  }

  #settle(delivery: Delivery, apply: (token: string, outcome: Outcome) => boolean): void {
    const outcome = (delivery.remote_state ?? {}) as Outcome;
    const refusal = this.#plan.settlements.next() ?? this.#apply(delivery.id, outcome, apply);
    settle(delivery, refusal === undefined ? ACCEPTED : rejected(refusal));
    this.#entity.wake();
  }

  #apply(
    id: number,
    outcome: Outcome,
    apply: (token: string, outcome: Outcome) => boolean,
  ): AmqpErrorFields | undefined {
    if (outcome.undeliverable_here === true) return NOT_IMPLEMENTED;
    const token = this.#tokens.get(id);
    this.#tokens.delete(id);
    if (token !== undefined && apply(token, outcome)) return undefined;
    return this.session === undefined ? MESSAGE_LOCK_LOST : SESSION_LOCK_LOST;
  }
}
