import { createHash } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { toEventId, toEventType } from '../../domain/names.ts';
import {
  createMalformedError,
  parseForm,
  parseFormField,
  parseJsonObject,
  parseText,
  toMediaType,
} from '../body.ts';
import { readText, toTime } from '../read.ts';
import type { Outcome, Reply, WebhookRequest } from '../source.ts';
import { normalizeSlack, readResponseUrl, toSubject } from './normalize.ts';

export const FORM = 'application/x-www-form-urlencoded';

/**
 * Acknowledges commands, buttons and modals with an empty body, which closes a modal. A body would
 * be shown to the user or instruct the modal.
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
 */
const ACKNOWLEDGED: Reply = { status: 200 };

/** Seals a text, so that only holders of the source's secret can read it. */
export type SealText = (text: string) => string;

/** Converts a verified request: an event, a command, an interaction or Slack's own verification. */
export function toOutcome(request: WebhookRequest, sealText: SealText): Outcome {
  const isForm = toMediaType(request.headers.get('content-type')) === FORM;
  return isForm ? toFormOutcome(request, sealText) : toJsonOutcome(request);
}

/** @see https://docs.slack.dev/apis/events-api/#event-type-structure */
function toJsonOutcome({ body }: WebhookRequest): Outcome {
  const payload = parseJsonObject(parseText(body));
  if (payload.type === 'url_verification') return toChallengeReply(payload);
  const isCallback = payload.type === 'event_callback';
  // Besides events, there are messages about the app itself: `app_rate_limited`.
  const type = isCallback ? readText(payload, 'event', 'type') : readText(payload, 'type');
  const id = isCallback ? payload.event_id : undefined;
  return { events: [toEvent({ body, payload, type, id })] };
}

/** Answers as JSON, whatever the text: as HTML, the sender's text could be a script. */
function toChallengeReply({ challenge }: JsonObject): Outcome {
  if (typeof challenge !== 'string') throw createMalformedError('The challenge is missing.');
  return { events: [], reply: { status: 200, json: { challenge } } };
}

function toFormOutcome({ body }: WebhookRequest, sealText: SealText): Outcome {
  const form = parseForm(body);
  if (Object.hasOwn(form, 'ssl_check')) {
    throw createMalformedError('A check of the certificate carries nothing else.');
  }
  if (!Object.hasOwn(form, 'payload')) {
    if (!readText(form, 'command')) throw createMalformedError('The form has no command.');
    const type = 'slash_command';
    const event = toEvent({ body, payload: form, type, id: form.trigger_id, sealText });
    return { events: [event], reply: ACKNOWLEDGED };
  }
  const payload = parseJsonObject(parseFormField(body, 'payload'));
  const type = readText(payload, 'type');
  const event = toEvent({ body, payload, type, id: payload.trigger_id, sealText });
  return { events: [event], reply: ACKNOWLEDGED };
}

interface Parts {
  readonly body: Buffer;
  readonly payload: JsonObject;
  readonly type: string | undefined;
  readonly id: JsonObject[string] | undefined;
  /** Only for commands and interactions, which can be answered. */
  readonly sealText?: SealText;
}

function toEvent({ body, payload, id, sealText, ...parts }: Parts): Outcome['events'][number] {
  const type = toEventType(parts.type);
  if (type === undefined) throw createMalformedError('The payload has no type.');
  const time = toTime(payload.event_time);
  const url = readResponseUrl(payload);
  return {
    id: toEventId(id) ?? toDigest(body),
    type,
    data: payload,
    fields: {
      ...normalizeSlack(payload),
      ...(url !== undefined && sealText && { response_url: sealText(url) }),
    },
    ...toSubject(payload),
    ...(time === undefined ? {} : { time }),
  };
}

/** For interactions without an id: the same signed bytes are the same interaction. */
function toDigest(body: Buffer): string {
  return `sha256-${createHash('sha256').update(body).digest('hex')}`;
}
