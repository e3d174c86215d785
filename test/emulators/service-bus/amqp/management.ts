import rhea, { type Message } from 'rhea';
import type { Entity } from '../entity.ts';
import type { FaultPlan } from '../faults.ts';
import * as conditions from './conditions.ts';
import { toLockToken } from './lock-token.ts';
import { findFault } from './producer.ts';
import type { Answer } from './request-node.ts';
import { type AmqpErrorFields, decode } from './rhea.ts';
import { encodePeeked, toDraft } from './wire-message.ts';

const { types } = rhea;
const LONG = 0x81;
const TIMESTAMP = 0x83;

/** A refused operation, with the error for the client. */
class Refusal extends Error {
  readonly error: AmqpErrorFields;

  constructor(error: AmqpErrorFields) {
    super(error.description);
    this.error = error;
  }
}

type Fields = Record<string, unknown>;
type Operation = (body: Fields, entity: Entity, plan: FaultPlan) => Fields | undefined;

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response */
const OPERATIONS: Record<string, Operation> = {
  'com.microsoft:schedule-message': schedule,
  'com.microsoft:cancel-scheduled-message': cancel,
  'com.microsoft:peek-message': peek,
  'com.microsoft:renew-lock': renew,
  'com.microsoft:update-disposition': settle,
  'com.microsoft:renew-session-lock': renewSession,
  'com.microsoft:set-session-state': setState,
  'com.microsoft:get-session-state': getState,
};

const STATUS_OF: Record<string, number> = {
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:session-lock-lost': 410,
  'com.microsoft:message-not-found': 404,
  'com.microsoft:server-busy': 503,
  'amqp:not-implemented': 501,
};

/** Answers a request to `<queue>/$management`. */
export function manage(request: Message, entity: Entity, plan: FaultPlan): Answer {
  const name = String(request.application_properties?.operation);
  try {
    const operation = OPERATIONS[name];
    if (operation === undefined) throw new Refusal(conditions.NOT_IMPLEMENTED);
    const body = operation((request.body ?? {}) as Fields, entity, plan);
    entity.wake();
    return { properties: status(body === undefined ? 204 : 200, 'OK'), body: body ?? {} };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { condition, description } = error.error;
    const code = STATUS_OF[condition] ?? 400;
    return { properties: { ...status(code, description), errorCondition: condition }, body: {} };
  }
}

function status(code: number, description: string): Fields {
  return { statusCode: types.wrap_int(code), statusDescription: description };
}

function schedule(body: Fields, entity: Entity, plan: FaultPlan): Fields {
  const entries = body.messages as { message: Buffer }[];
  const messages = entries.map((entry) => decode(entry.message));
  const refusal = plan.sends.next() ?? findFault(messages, entity);
  if (refusal !== undefined) throw new Refusal(refusal);
  entity.queue.counts.sendCalls += 1;
  const numbers = messages.map((message) => entity.queue.add(toDraft(message)).sequence);
  return { 'sequence-numbers': types.wrap_array(numbers, LONG, undefined) };
}

/** Cancels all messages or none. */
function cancel(body: Fields, { queue }: Entity): Fields {
  const numbers = (body['sequence-numbers'] as (number | Buffer)[]).map(toNumber);
  if (!numbers.every((number) => queue.isScheduled(number))) {
    throw new Refusal(conditions.MESSAGE_NOT_FOUND);
  }
  for (const number of numbers) queue.cancel(number);
  return {};
}

function peek(body: Fields, { queue }: Entity): Fields | undefined {
  const from = toNumber(body['from-sequence-number'] as number | Buffer);
  const sessionId = body['session-id'] as string | undefined;
  const found = queue.peek(from, Number(body['message-count']), sessionId);
  if (found.length === 0) return undefined;
  return { messages: found.map((message) => ({ message: encodePeeked(message) })) };
}

function renew(body: Fields, { queue }: Entity): Fields {
  const until = lockTokens(body).map((token) => queue.renew(token));
  if (until.includes(undefined)) throw new Refusal(conditions.MESSAGE_LOCK_LOST);
  return { expirations: types.wrap_array(until, TIMESTAMP, undefined) };
}

function settle(body: Fields, { queue }: Entity, plan: FaultPlan): Fields {
  const refusal = plan.settlements.next();
  if (refusal !== undefined) throw new Refusal(refusal);
  const properties = { ...(body['properties-to-modify'] as Fields | undefined) };
  const done = lockTokens(body).map((token) => {
    switch (body['disposition-status']) {
      case 'completed':
        return queue.complete(token);
      case 'abandoned':
        return queue.abandon(token, properties);
      case 'suspended':
        return queue.deadLetter(token, { ...properties, ...deadLetterProperties(body) });
      default:
        throw new Refusal(conditions.NOT_IMPLEMENTED);
    }
  });
  if (done.includes(false)) throw new Refusal(conditions.MESSAGE_LOCK_LOST);
  return {};
}

function deadLetterProperties(body: Fields): Fields {
  return {
    DeadLetterReason: body['deadletter-reason'],
    DeadLetterErrorDescription: body['deadletter-description'],
  };
}

function renewSession(body: Fields, { queue }: Entity): Fields {
  const lock = queue.renewSession(String(body['session-id']));
  if (lock === undefined) throw new Refusal(conditions.SESSION_LOCK_LOST);
  return { expiration: new Date(lock.until) };
}

function setState(body: Fields, { queue }: Entity): Fields {
  const state = body['session-state'] as Buffer | null | undefined;
  queue.sessions.keepState(String(body['session-id']), state ?? undefined);
  return {};
}

function getState(body: Fields, { queue }: Entity): Fields {
  return { 'session-state': queue.sessions.state(String(body['session-id'])) ?? null };
}

function lockTokens(body: Fields): string[] {
  return (body['lock-tokens'] as Buffer[]).map(toLockToken);
}

/** Rhea returns longs beyond the safe integers as bytes. */
function toNumber(long: number | Buffer): number {
  return Buffer.isBuffer(long) ? Number(long.readBigInt64BE()) : long;
}
