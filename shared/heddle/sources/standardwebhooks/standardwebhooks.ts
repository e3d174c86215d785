import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { parseJson, parseText } from '../body.ts';
import { HmacKeys } from '../hmac.ts';
import { read, readText, toTime } from '../read.ts';
import { defineSource, type Outcome, type WebhookRequest } from '../source.ts';
import { standardwebhooksKind } from './kind.ts';
import { readMessageId, toStandardKey, verifyStandardWebhook } from './verify.ts';

/** The specification advises 20 KiB. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/**
 * Senders of Standard Webhooks, directly or through Svix. The event's id is the message's id, which
 * is signed and which a retry keeps.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @see https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export const standardwebhooks = defineSource({
  ...standardwebhooksKind,
  settings: z.strictObject({}),
  create(_settings, { name, secrets }) {
    const keys = new HmacKeys(secrets, { toKey: toStandardKey });
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      verify: (request) => verifyStandardWebhook(keys, request).verification,
      normalize,
    };
  },
});

function normalize(request: WebhookRequest): Outcome {
  const text = parseText(request.body);
  const value = parseJson(text);
  const time = toTime(readText(value, 'timestamp'));
  const id = readMessageId(request);
  const payload = isJsonObject(value) ? { data: value, dataJson: text } : { data: toData(value) };
  const event = { id, type: toType(value), fields: {}, ...payload };
  return { events: [time === undefined ? event : { ...event, time }] };
}

function toData(value: Json): JsonObject {
  return typeof value === 'string' ? { text: value } : { value };
}

/** Most senders put `type` into the payload, as the standard recommends; some use another name. */
function toType(value: Json): string {
  const given = ['type', 'event_type', 'eventType'].map((name) => toEventType(read(value, name)));
  return given.find((type) => type !== undefined) ?? 'message';
}
