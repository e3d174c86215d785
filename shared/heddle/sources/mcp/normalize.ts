import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { toEventId, toEventType } from '../../domain/names.ts';
import { createMalformedError, parseJsonObject, parseText } from '../body.ts';
import { read, readText, toFields, toTime } from '../read.ts';
import type { Outcome, SourceEvent, WebhookRequest } from '../source.ts';

/** The subscription of a request, as in the triggers file. */
export interface SubscriptionContext {
  readonly id: string;
  /** Name of the subscription's events. */
  readonly name: string;
  /** Whether it is the source's only subscription. */
  readonly isOnly: boolean;
}

const MAX_CHALLENGE_CHARS = 1024;

/**
 * Parses an event, or a message about the subscription itself: a verification of the endpoint's
 * secret, lost events, or the end of the subscription.
 * @throws {RejectedError} 400 for any other body
 */
export function normalizeMcp(request: WebhookRequest, subscription: SubscriptionContext): Outcome {
  const body = parseJsonObject(parseText(request.body));
  const delivery = request.headers.get('webhook-id') ?? '';
  if (body.eventId !== undefined) {
    if (body.eventId !== delivery) throw createMalformedError('webhook-id must be the eventId.');
    return { events: [toEvent(body, delivery, subscription)] };
  }
  if (body.type === 'verification') return answerVerification(body);
  if (body.type === 'gap' || body.type === 'terminated') {
    return { events: [toControlEvent(body.type, body, delivery, subscription)] };
  }
  throw createMalformedError('The body is neither an event nor about the subscription.');
}

/** Answers only once the signature is verified: nobody else may learn of the endpoint. */
function answerVerification({ challenge }: JsonObject): Outcome {
  const isSane = typeof challenge === 'string' && challenge.length <= MAX_CHALLENGE_CHARS;
  if (!isSane || challenge === '') throw createMalformedError('The challenge is missing.');
  return { events: [], reply: { status: 200, json: { challenge } } };
}

function toEvent(
  body: JsonObject,
  delivery: string,
  subscription: SubscriptionContext,
): SourceEvent {
  const name = readText(body, 'name') ?? '';
  const type = toEventType(name) ?? subscription.name;
  const fields = { event_id: delivery, name, cursor: body.cursor };
  return {
    id: toId(delivery, subscription),
    // Only Heddle itself makes control events.
    type: type.startsWith('control.') ? subscription.name : type,
    ...toTimeOf(body),
    data: toData(body.data),
    fields: toFields({ subscription_id: subscription.id, ...fields }),
  };
}

function toControlEvent(
  type: 'gap' | 'terminated',
  body: JsonObject,
  delivery: string,
  subscription: SubscriptionContext,
): SourceEvent {
  return {
    id: toId(delivery, subscription),
    type: `control.${type}`,
    ...toTimeOf(body),
    data: body,
    fields: toFields({
      subscription_id: subscription.id,
      name: subscription.name,
      cursor: body.cursor,
      error_code: read(body, 'error', 'code'),
      error_message: read(body, 'error', 'message'),
    }),
  };
}

function toTimeOf(body: JsonObject): { time?: string } {
  const time = toTime(readText(body, 'timestamp'));
  return time === undefined ? {} : { time };
}

/** Ids are unique within a server only, and subscriptions may belong to several servers. */
function toId(delivery: string, { id, isOnly }: SubscriptionContext): string {
  const unique = isOnly ? delivery : `${id}|${delivery}`;
  return toEventId(unique) ?? unique;
}

function toData(data: Json | undefined): JsonObject {
  if (isJsonObject(data)) return data;
  if (data === undefined) return {};
  return typeof data === 'string' ? { text: data } : { value: data };
}
