import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { toUniqueId } from '../cloudevents/attributes.ts';
import { type Payload, parsePayload } from '../cloudevents/payload.ts';
import { toFields, toTime } from '../read.ts';
import type { Outcome, WebhookRequest } from '../source.ts';
import { toConnectReply, toMessageReply } from './reply.ts';

/** User events have the names that clients give them. */
const TYPE = /^azure\.webpubsub\.((?:sys|user|gp)\.[!-~]{1,200})$/;

const ID = /^([!-~]{1,256})$/;

const FIELDS = {
  hub: 'ce-hub',
  connection_id: 'ce-connectionid',
  user_id: 'ce-userid',
  event_name: 'ce-eventname',
  subprotocol: 'ce-subprotocol',
  connection_state: 'ce-connectionstate',
} as const;

/**
 * The event of a request, always a CloudEvent in binary mode. The answer has no content unless a
 * run gives one: the connection goes on as it is, and the client is sent nothing.
 * @param hub whose events are taken; absent: any
 * @throws {RejectedError} 404 for another hub, 400 for what is no event
 */
export function normalizeWebPubSub(request: WebhookRequest, hub: string | undefined): Outcome {
  const { headers, body } = request;
  if (hub !== undefined && headers.get('ce-hub')?.toLowerCase() !== hub.toLowerCase()) {
    throw new RejectedError(404, 'hub_unknown', 'Events of this hub are not taken.');
  }
  const type = readHeader(request, 'ce-type', TYPE);
  const connectionId = headers.get('ce-connectionid') ?? '';
  const time = toTime(headers.get('ce-time'));
  const payload = withoutTokens(parsePayload(body, headers.get('content-type')));
  const event = {
    // The service numbers the events of each connection.
    id: toUniqueId(connectionId, readHeader(request, 'ce-id', ID)),
    type,
    ...(connectionId.length <= MAX_SUBJECT_CHARS ? { subject: connectionId } : {}),
    ...(time === undefined ? {} : { time }),
    fields: normalizeFields(type, headers, payload.data),
    ...payload,
  };
  return { events: [event], reply: { status: 204 }, ...toReplyOf(type) };
}

/** What lets somebody in: a connect event has the client's query and headers as they came. */
const TOKENS = /^(access_token|authorization|cookie)$/i;

/** A stored event must not be good for connecting as the client. */
function withoutTokens(payload: Payload): Payload {
  const { query, headers } = payload.data;
  const isClean = [query, headers].every(
    (part) => !isJsonObject(part) || !Object.keys(part).some((name) => TOKENS.test(name)),
  );
  if (isClean) return payload;
  return {
    data: { ...payload.data, ...toFields({ query: omit(query), headers: omit(headers) }) },
  };
}

function omit(part: Json | undefined): Json | undefined {
  if (!isJsonObject(part)) return part;
  return Object.fromEntries(Object.entries(part).filter(([name]) => !TOKENS.test(name)));
}

function readHeader({ headers }: WebhookRequest, name: string, form: RegExp): string {
  const value = form.exec(headers.get(name) ?? '')?.[1];
  if (value !== undefined) return value;
  throw new RejectedError(400, 'header_invalid', `The header ${name} is missing or malformed.`);
}

/** Headers that the service sets. They are not signed. */
function normalizeFields(
  type: string,
  headers: WebhookRequest['headers'],
  { reason }: JsonObject,
): JsonObject {
  const fields = Object.entries(FIELDS).map(([name, header]) => [name, headers.get(header)]);
  return toFields({
    ...Object.fromEntries(fields),
    ...(type === 'sys.disconnected' ? { reason } : {}),
  });
}

/** The service waits for the answers to these alone. */
function toReplyOf(type: string): Pick<Outcome, 'toReply'> {
  if (type === 'sys.connect') return { toReply: toConnectReply };
  return type.startsWith('user.') ? { toReply: toMessageReply } : {};
}
