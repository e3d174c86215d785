import type { JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors.ts';
import { parseFormField, parseJsonObject, parseText, toMediaType } from '../body.ts';
import { HmacKeys, type Secret } from '../hmac.ts';
import type { Outcome, Source, WebhookRequest } from '../source.ts';
import { normalizeGitHub, toSubject, toType } from './normalize.ts';

const FORM = 'application/x-www-form-urlencoded';

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

/**
 * GitHub webhooks: `X-Hub-Signature-256` over the raw body. GitHub signs no timestamp, so a
 * replayed delivery is caught by its id, which a redelivery keeps.
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function createGitHubSource(secrets: readonly Secret[]): Source {
  const keys = new HmacKeys(secrets);
  return {
    name: 'github',
    maxBodyBytes: MAX_BODY_BYTES,
    mediaTypes: ['application/json', FORM],
    verify(request) {
      const signature = request.headers.get('x-hub-signature-256');
      const hex = signature?.startsWith('sha256=') ? signature.slice('sha256='.length) : undefined;
      keys.verifyHex(hex, request.body);
    },
    normalize,
  };
}

function normalize(request: WebhookRequest): Outcome {
  const event = readHeader(request, 'x-github-event', /^[a-z0-9_]{1,100}$/);
  const id = readHeader(request, 'x-github-delivery', /^[\w-]{1,100}$/);
  const isForm = toMediaType(request.headers.get('content-type')) === FORM;
  const dataJson = isForm ? parseFormField(request.body, 'payload') : parseText(request.body);
  const data: JsonObject = parseJsonObject(dataJson);
  if (event === 'ping') return { reply: { status: 200, json: { ping: 'ok' } } };
  const type = toType(event, data);
  return {
    events: [{ id, type, data, dataJson, fields: normalizeGitHub(data), ...toSubject(data) }],
  };
}

/** The signature does not cover headers: they may choose among known forms, nothing more. */
function readHeader(request: WebhookRequest, name: string, form: RegExp): string {
  const value = request.headers.get(name);
  if (value !== null && form.test(value)) return value;
  throw new RejectedError(400, 'header_invalid', `The header ${name} is missing or malformed.`);
}
