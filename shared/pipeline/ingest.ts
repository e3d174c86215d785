import type { Event } from '../domain/event.ts';
import { toEventKey } from '../domain/ids.ts';
import { RejectedError } from '../errors.ts';
import type { EventQueue, OutgoingMessage } from '../ports.ts';
import { toMediaType } from '../sources/body.ts';
import type { Reply, Source, SourceEvent, WebhookRequest } from '../sources/source.ts';

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
): Promise<Reply> {
  checkForm(source, request);
  source.verify(request);
  const outcome = source.normalize(request);
  if ('reply' in outcome) return outcome.reply;
  await queue.send(outcome.events.map((event) => toEventMessage(source.name, event, request)));
  return toAccepted(outcome.events);
}

function checkForm(source: Source, { headers, body }: WebhookRequest): void {
  if (body.length > source.maxBodyBytes) {
    const limit = `${source.maxBodyBytes} bytes`;
    throw new RejectedError(413, 'body_too_large', `The body is larger than ${limit}.`);
  }
  if (!source.mediaTypes.includes(toMediaType(headers.get('content-type')))) {
    const known = source.mediaTypes.join(' or ');
    throw new RejectedError(415, 'media_type_unsupported', `The content type must be ${known}.`);
  }
}

/** Where the sender's JSON text is at hand it is taken over as it stands: it has been parsed. */
function toEventMessage(
  source: string,
  { dataJson, data, ...given }: SourceEvent,
  request: WebhookRequest,
): OutgoingMessage {
  const key = toEventKey(source, given.id);
  const receivedAt = new Date(request.receivedAt).toISOString();
  const envelope: Omit<Event, 'data'> = {
    source,
    time: receivedAt,
    ...given,
    verified: true,
    receivedAt,
    dedupeKey: key,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
  const open = JSON.stringify(envelope).slice(0, -1);
  const payload = dataJson ?? JSON.stringify(data);
  return { id: `event:${key}`, body: `{"kind":"event","event":${open},"data":${payload}}}` };
}

function toAccepted(events: readonly SourceEvent[]): Reply {
  const ids = events.map(({ id }) => id);
  const [id] = ids;
  return { status: 202, json: ids.length === 1 && id !== undefined ? { id } : { ids } };
}
