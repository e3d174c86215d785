import { z } from 'zod';
import { toEventId, toEventType } from '../../domain/names.ts';
import { createMalformedError, parseJsonObject, parseText } from '../body.ts';
import { withoutCredentials } from '../credentials.ts';
import { HmacKeys, parseHex } from '../hmac.ts';
import { toTime } from '../read.ts';
import { defineSource, type Outcome, type WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';
import { stripeKind } from './kind.ts';
import { isStripeCredential, normalizeStripe, toSubject } from './normalize.ts';

/** Stripe documents no limit; its events have some kilobytes. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Stripe's own examples answer a forged request with this status. */
const FORGED = { status: 400 } as const;

/**
 * Stripe webhooks: `Stripe-Signature` over timestamp and raw body, keyed with the whole `whsec_…`
 * text. Redeliveries keep the event's id.
 * @see https://docs.stripe.com/webhooks#verify-manually
 */
export const stripe = defineSource({
  ...stripeKind,
  settings: z.strictObject({}),
  create(_settings, { name, secrets }) {
    const keys = new HmacKeys(secrets, FORGED);
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: ['application/json'],
      verify({ headers, body, receivedAt }) {
        const { timestamp, signatures } = parseSignature(headers.get('stripe-signature'));
        const signed = checkTimestamp(timestamp, receivedAt, FORGED);
        return keys.verify(signatures, `${signed}.`, body);
      },
      normalize,
      withoutCredentials: (event) => withoutCredentials(event, isStripeCredential),
    };
  },
});

/**
 * `t=<seconds>,v1=<hex>`, with a second v1 during rotation. Other schemes are ignored: v0 is for
 * test events only, and accepting it would be a downgrade.
 */
function parseSignature(header: string | null): {
  readonly timestamp: string | undefined;
  readonly signatures: readonly (Buffer | undefined)[];
} {
  const items = (header ?? '').split(',');
  const valuesOf = (key: string) =>
    items.filter((item) => item.startsWith(key)).map((item) => item.slice(key.length));
  return { timestamp: valuesOf('t=').at(-1), signatures: valuesOf('v1=').map(parseHex) };
}

function normalize({ body }: WebhookRequest): Outcome {
  const dataJson = parseText(body);
  const data = parseJsonObject(dataJson);
  const id = toEventId(data.id);
  const type = toEventType(data.type);
  if (id === undefined) throw createMalformedError('The event has no id.');
  if (type === undefined) throw createMalformedError('The event has no type.');
  // Unix seconds; ISO 8601 in the thin events of API v2.
  const time = toTime(data.created);
  const event = { id, type, data, dataJson, fields: normalizeStripe(data), ...toSubject(data) };
  return { events: [time === undefined ? event : { ...event, time }] };
}
