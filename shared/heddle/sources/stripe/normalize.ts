import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * Fields as triggers name them. Most come from the object of the event; a thin event has only a
 * reference to it.
 * @see https://docs.stripe.com/api/events/object
 * @see https://docs.stripe.com/api/v2/core/events
 */
export function normalizeStripe(data: JsonObject): JsonObject {
  const object = readObject(data);
  return toFields({
    type: data.type,
    livemode: data.livemode,
    account: data.account,
    object_id: read(object, 'id'),
    object_type: read(object, 'object') ?? read(data, 'related_object', 'type'),
    amount: read(object, 'amount'),
    currency: read(object, 'currency'),
    // An id, unless it was expanded on request.
    customer: read(object, 'customer', 'id') ?? read(object, 'customer'),
    status: read(object, 'status'),
  });
}

/** Objects whose `url` lets anybody in who has it: Stripe says not to store it. */
const WITH_SECRET_URL: ReadonlySet<Json | undefined> = new Set([
  ...['account_link', 'billing_portal.session', 'identity.verification_session', 'login_link'],
]);

/**
 * `client_secret` completes a payment in the customer's place, so Stripe says not to store it; the
 * `secret` of an ephemeral key or a webhook is a key.
 * @see https://docs.stripe.com/api/payment_intents/object#payment_intent_object-client_secret
 * @see https://docs.stripe.com/api/identity/verification_sessions/object
 */
export function isStripeCredential(key: string, owner: JsonObject): boolean {
  if (key === 'url') return WITH_SECRET_URL.has(owner.object);
  return /(?:^|_)secret$/.test(key);
}

/** Id of the event's object; absent if it is missing or too long. */
export function toSubject(data: JsonObject): { subject?: string } {
  const subject = readText(readObject(data), 'id');
  return subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

function readObject(data: JsonObject): Json | undefined {
  return read(data, 'data', 'object') ?? read(data, 'related_object');
}
