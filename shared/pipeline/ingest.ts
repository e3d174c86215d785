import type { Event } from '../domain/event.ts';
import { toEventKey } from '../domain/ids.ts';
import { RejectedError } from '../errors.ts';
import type { EventQueue, OutgoingMessage } from '../ports.ts';
import { toMediaType } from '../sources/body.ts';
import type { Verification } from '../sources/secret.ts';
import type { Outcome, Reply, Source, SourceEvent, WebhookRequest } from '../sources/source.ts';

/** What became of a request that was not refused. */
export interface Ingested {
  readonly reply: Reply;
  readonly verification?: Verification;
  /** Events taken in, and those that the queue already had. */
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * A webhook's way in: verify → normalize → enqueue → 202. It answers 2xx only after the queue has
 * every event durable.
 * @throws {RejectedError} what the sender must change: nothing was queued
 * @throws {RetryableError} the queue does not accept: the sender should come again
 * @throws {ConfigError} the source cannot verify anything
 */
export async function ingest(
  source: Source,
  request: WebhookRequest,
  queue: Pick<EventQueue, 'send'>,
): Promise<Ingested> {
  checkSize(source, request);
  const handshake = source.handshake?.(request);
  if (handshake) return { reply: handshake, accepted: 0, duplicates: 0 };
  checkMediaType(source, request);
  const verification = await source.verify(request);
  const outcome = await source.normalize(request);
  const toMessage = (event: SourceEvent) =>
    toEventMessage(source.name, event, request, verification.verified);
  const sequences =
    outcome.events.length === 0 ? [] : await queue.send(outcome.events.map(toMessage));
  const duplicates = sequences.filter((sequence) => sequence === undefined).length;
  const reply = outcome.reply ?? toAccepted(outcome);
  return { reply, verification, accepted: sequences.length - duplicates, duplicates };
}

function checkSize(source: Source, { body }: WebhookRequest): void {
  if (body.length <= source.maxBodyBytes) return;
  const limit = `${source.maxBodyBytes} bytes`;
  throw new RejectedError(413, 'body_too_large', `The body is larger than ${limit}.`);
}

function checkMediaType({ mediaTypes }: Source, { headers }: WebhookRequest): void {
  if (mediaTypes === undefined) return;
  if (mediaTypes.includes(toMediaType(headers.get('content-type')))) return;
  const known = mediaTypes.join(' or ');
  throw new RejectedError(415, 'media_type_unsupported', `The content type must be ${known}.`);
}

/** Where the sender's JSON text is at hand it is taken over as it stands: it has been parsed. */
function toEventMessage(
  source: string,
  { dataJson, data, ...given }: SourceEvent,
  request: WebhookRequest,
  verified: boolean,
): OutgoingMessage {
  const key = toEventKey(source, given.id);
  const receivedAt = new Date(request.receivedAt).toISOString();
  const envelope: Omit<Event, 'data'> = {
    source,
    time: receivedAt,
    ...given,
    verified,
    receivedAt,
    dedupeKey: key,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
  const open = JSON.stringify(envelope).slice(0, -1);
  const payload = dataJson ?? JSON.stringify(data);
  return { id: `event:${key}`, body: `{"kind":"event","event":${open},"data":${payload}}}` };
}

function toAccepted({ events }: Outcome): Reply {
  const ids = events.map(({ id }) => id);
  const [id] = ids;
  return { status: 202, json: ids.length === 1 && id !== undefined ? { id } : { ids } };
}
