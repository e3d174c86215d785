import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { toEventId, toEventType } from '../../domain/names.ts';
import { createMalformedError, parseJsonObject, parseText } from '../body.ts';
import { toKeyTest, withoutCredentials } from '../credentials.ts';
import { HmacKeys, parseHex, withoutPrefix } from '../hmac.ts';
import { read, readText, toTime } from '../read.ts';
import { defineSource, type Outcome, type WebhookRequest } from '../source.ts';
import { pagerdutyKind } from './kind.ts';
import { normalizePagerDuty, toSubject } from './normalize.ts';

/** PagerDuty documents no limit; its events have some kilobytes. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Type sent by "Send Test Event" in PagerDuty. */
const PING = 'pagey.ping';

/**
 * Keys of integrations, with which anybody can trigger and resolve incidents, and the secret of a
 * webhook's subscription.
 * @see https://developer.pagerduty.com/docs/events-api-v2-overview
 */
const isCredential = toKeyTest('integration_key', 'routing_key', 'service_key', 'secret', 'token');

/**
 * PagerDuty V3 webhooks: `X-PagerDuty-Signature` over the raw body. PagerDuty signs no timestamp,
 * so a replayed delivery is detected by its id.
 * @see https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export const pagerduty = defineSource({
  ...pagerdutyKind,
  settings: z.strictObject({}),
  create(_settings, { name, secrets }) {
    const keys = new HmacKeys(secrets);
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: ['application/json'],
      verify({ headers, body }) {
        return keys.verify(parseSignatures(headers.get('x-pagerduty-signature')), body);
      },
      normalize,
      withoutCredentials: (event) => withoutCredentials(event, isCredential),
    };
  },
});

/** `v1=<hex>,v1=<hex>`: several during rotation. Other versions are skipped. */
function parseSignatures(header: string | null): readonly (Buffer | undefined)[] {
  return (header ?? '').split(',').map((item) => parseHex(withoutPrefix(item.trim(), 'v1=')));
}

/**
 * Uses the event's own id, which is signed and stays the same in every attempt. The header
 * X-Webhook-Id is not signed: with another value, a recorded request would be accepted again.
 */
function normalize({ body }: WebhookRequest): Outcome {
  const dataJson = parseText(body);
  const data = parseJsonObject(dataJson);
  const type = toEventType(read(data, 'event', 'event_type'));
  if (type === undefined) throw createMalformedError('The event has no type.');
  if (type === PING) return { events: [], reply: { status: 202, json: { ping: 'ok' } } };
  const id = toEventId(read(data, 'event', 'id'));
  if (id === undefined) throw createMalformedError('The event has no id.');
  const event = { id, type, data, dataJson, fields: normalizePagerDuty(data) };
  return { events: [{ ...event, ...toSubject(data), ...toEventTime(data) }] };
}

function toEventTime(data: JsonObject): { time?: string } {
  const time = toTime(readText(data, 'event', 'occurred_at'));
  return time === undefined ? {} : { time };
}
