import type { Delivery, EventContext, Message, Receiver } from 'rhea';
import type { Entity } from '../entity.ts';
import type { FaultPlan } from '../faults.ts';
import { MAX_MESSAGE_BYTES, SESSION_REQUIRED, TOO_LARGE } from './conditions.ts';
import { type AmqpErrorFields, breakOff, decode, encode, internals, socketOf } from './rhea.ts';
import { toDraft } from './wire-message.ts';

/** Stores what a client sends to a queue: all of a batch, or nothing of it. */
export function startProducer(link: Receiver, entity: Entity, plan: FaultPlan): void {
  link.set_target({ address: entity.address });
  internals(link).local.attach.max_message_size = MAX_MESSAGE_BYTES;
  link.on('message', (context: EventContext) => {
    const { delivery, message } = context;
    if (delivery === undefined || message === undefined) return;
    plan.later(() => answer(delivery, store(toMessages(message), entity, plan)));
  });

  function answer(delivery: Delivery, refusal: AmqpErrorFields | undefined): void {
    if (refusal !== undefined) delivery.reject(refusal);
    else if (plan.acknowledgements.next() !== undefined) breakOff(socketOf(link.connection));
    else delivery.accept();
  }
}

/**
 * Decodes batches too: rhea decodes single messages only, not Service Bus's batch format
 * (0x80013700).
 */
function toMessages(message: Message | Buffer): Message[] {
  if (!Buffer.isBuffer(message)) return [message];
  const { content } = decode(message).body as { content: Buffer | Buffer[] };
  return [content].flat().map(decode);
}

/** @returns the reason why it was not stored */
export function store(
  messages: readonly Message[],
  entity: Entity,
  plan: FaultPlan,
): AmqpErrorFields | undefined {
  const refusal = plan.sends.next() ?? findFault(messages, entity);
  if (refusal !== undefined) return refusal;
  entity.queue.counts.sendCalls += 1;
  for (const message of messages) entity.queue.add(toDraft(message));
  entity.wake();
  return undefined;
}

export function findFault(
  messages: readonly Message[],
  entity: Entity,
): AmqpErrorFields | undefined {
  const bytes = messages.reduce((sum, message) => sum + encode(message).length, 0);
  if (bytes > MAX_MESSAGE_BYTES) return TOO_LARGE;
  const needsSession = entity.queue.settings.requiresSession;
  if (needsSession && messages.some((message) => !message.group_id)) return SESSION_REQUIRED;
  return undefined;
}
