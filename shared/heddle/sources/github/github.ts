import { z } from 'zod';
import { toEventId, toEventType } from '../../domain/names.ts';
import { RejectedError } from '../../errors/errors.ts';
import { parseFormField, parseJsonObject, parseText, toMediaType } from '../body.ts';
import { HmacKeys, parseHex, withoutPrefix } from '../hmac.ts';
import { defineSource, type Outcome, type WebhookRequest } from '../source.ts';
import { githubKind } from './kind.ts';
import { normalizeGitHub, toSubject, toType, withoutGitHubCredentials } from './normalize.ts';

const FORM = 'application/x-www-form-urlencoded';

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

/**
 * GitHub webhooks: `X-Hub-Signature-256` over the raw body. GitHub signs no timestamp, so a
 * replayed delivery is detected by its id, which a redelivery keeps.
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github = defineSource({
  ...githubKind,
  settings: z.strictObject({}),
  create(_settings, { name, secrets }) {
    const keys = new HmacKeys(secrets);
    return {
      name,
      maxBodyBytes: MAX_BODY_BYTES,
      mediaTypes: ['application/json', FORM],
      verify({ headers, body }) {
        const signature = withoutPrefix(headers.get('x-hub-signature-256'), 'sha256=');
        return keys.verify([parseHex(signature)], body);
      },
      normalize,
      withoutCredentials: withoutGitHubCredentials,
    };
  },
});

function normalize(request: WebhookRequest): Outcome {
  const event = readHeader(request, 'x-github-event', toEventType);
  const id = readHeader(request, 'x-github-delivery', toEventId);
  const isForm = toMediaType(request.headers.get('content-type')) === FORM;
  const dataJson = isForm ? parseFormField(request.body, 'payload') : parseText(request.body);
  const data = parseJsonObject(dataJson);
  if (event === 'ping') return { events: [], reply: { status: 200, json: { ping: 'ok' } } };
  const type = toType(event, data);
  return {
    events: [{ id, type, data, dataJson, fields: normalizeGitHub(data), ...toSubject(data) }],
  };
}

function readHeader(
  { headers }: WebhookRequest,
  name: string,
  convert: (value: string | null) => string | undefined,
): string {
  const value = convert(headers.get(name));
  if (value !== undefined) return value;
  throw new RejectedError('header_invalid', `The header ${name} is missing.`);
}
