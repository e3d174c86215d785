import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { RejectedError } from '../../errors/errors.ts';
import { toUniqueId } from '../cloudevents/attributes.ts';
import { parsePayload } from '../cloudevents/payload.ts';
import { isToken } from '../credentials.ts';
import { toFields, toTime } from '../read.ts';
import type { Outcome, WebhookRequest } from '../source.ts';
import { toConnectReply, toMessageReply } from './reply.ts';

/** Clients name user events. */
const TYPE = /^azure\.webpubsub\.((?:sys|user|gp)\..+)$/s;

const ID = /^(.*\S.*)$/s;

const FIELDS = {
  hub: 'ce-hub',
  connection_id: 'ce-connectionid',
  user_id: 'ce-userid',
  event_name: 'ce-eventname',
  subprotocol: 'ce-subprotocol',
  connection_state: 'ce-connectionstate',
} as const;

/**
 * Converts a request, always a CloudEvent in binary mode. The answer is empty unless a run gives
 * one: the connection continues, and the client receives nothing.
 * @param hub the hub whose events are accepted; absent: any
 * @throws {RejectedError} 404 for another hub, 400 for a malformed event
 */
export function normalizeWebPubSub(request: WebhookRequest, hub: string | undefined): Outcome {
  const { headers, body } = request;
  if (hub !== undefined && headers.get('ce-hub')?.toLowerCase() !== hub.toLowerCase()) {
    throw new RejectedError('hub_unknown', 'Events of this hub are not taken.');
  }
  const named = readHeader(request, 'ce-type', TYPE);
  const type = toEventType(named) ?? named;
  const connectionId = headers.get('ce-connectionid') ?? '';
  const time = toTime(headers.get('ce-time'));
  const payload = parsePayload(body, headers.get('content-type'));
  const event = {
    // The service numbers events per connection.
    id: toUniqueId(connectionId, readHeader(request, 'ce-id', ID)),
    type,
    ...(connectionId.length <= MAX_SUBJECT_CHARS ? { subject: connectionId } : {}),
    ...(time === undefined ? {} : { time }),
    fields: normalizeFields(type, headers, payload.data),
    ...payload,
  };
  return { events: [event], reply: { status: 204 }, ...toReplyOf(type) };
}

function readHeader({ headers }: WebhookRequest, name: string, form: RegExp): string {
  const value = form.exec(headers.get(name) ?? '')?.[1];
  if (value !== undefined) return value;
  throw new RejectedError('header_invalid', `The header ${name} is missing or malformed.`);
}

/** Headers that the service sets. They are not signed. */
function normalizeFields(
  type: string,
  headers: WebhookRequest['headers'],
  { reason }: JsonObject,
): JsonObject {
  const fields = Object.entries(FIELDS)
    .map(([name, header]) => [name, headers.get(header)] as const)
    // A browser can put a token nowhere else.
    .filter(([name, value]) => name !== 'subprotocol' || !isToken(value ?? ''));
  return toFields({
    ...Object.fromEntries(fields),
    ...(type === 'sys.disconnected' ? { reason } : {}),
  });
}

/** The service waits for an answer to these events only. */
function toReplyOf(type: string): Pick<Outcome, 'toReply'> {
  if (type === 'sys.connect') return { toReply: toConnectReply };
  return type.startsWith('user.') ? { toReply: toMessageReply } : {};
}
