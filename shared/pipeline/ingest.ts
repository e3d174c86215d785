import type { Event } from '../domain/event.ts';
import { toEventKey } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
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

/** What a source is configured with beside its kind's own settings. Each throws RejectedError. */
export interface Guards {
  /** Before anything is read of the request. */
  screen?(request: WebhookRequest): void;
  /** Once the sender is known: nobody else uses up its share. */
  admit?(): Promise<void>;
  check?(data: JsonObject): void;
  /** Enqueues the one event of a sender that waits for its run's answer, and runs it. */
  respond?(outcome: Outcome, message: OutgoingMessage): Promise<Responded>;
}

export interface Responded {
  /** Undefined for a duplicate. */
  readonly sequence: number | undefined;
  /** Undefined where no run has one. */
  readonly reply: Reply | undefined;
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
  guards: Guards = {},
): Promise<Ingested> {
  checkSize(source, request);
  guards.screen?.(request);
  const handshake = source.handshake?.(request);
  if (handshake) return { reply: handshake, accepted: 0, duplicates: 0 };
  checkMediaType(source, request);
  const verification = await source.verify(request);
  await guards.admit?.();
  const outcome = await source.normalize(request);
  for (const { data } of outcome.events) guards.check?.(data);
  const messages = outcome.events.map((event) =>
    toEventMessage(source.name, event, request, verification.verified),
  );
  const { sequences, reply } = await enqueue(outcome, messages, queue, guards);
  const duplicates = sequences.filter((sequence) => sequence === undefined).length;
  const accepted = sequences.length - duplicates;
  const answer = reply ?? outcome.reply ?? toAccepted(outcome);
  return { reply: answer, verification, accepted, duplicates };
}

async function enqueue(
  outcome: Outcome,
  messages: readonly OutgoingMessage[],
  queue: Pick<EventQueue, 'send'>,
  { respond }: Guards,
): Promise<{ sequences: readonly (number | undefined)[]; reply?: Reply | undefined }> {
  const [message] = messages;
  if (!message) return { sequences: [] };
  if (!outcome.toReply || !respond) return { sequences: await queue.send(messages) };
  const { sequence, reply } = await respond(outcome, message);
  return { sequences: [sequence], reply };
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
