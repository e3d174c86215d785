import type { JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import type { EventQueue, OutgoingMessage } from '../../ports/event-queue.ts';
import { toMediaType } from '../../sources/body.ts';
import type { Verification } from '../../sources/secret.ts';
import type {
  Outcome,
  RedactEvent,
  Reply,
  Source,
  SourceEvent,
  WebhookRequest,
} from '../../sources/source.ts';
import { type Ordering, toEventMessages } from '../events/index.ts';
import { checkSize } from './check-head.ts';

/** Result of a request that was not refused. */
export interface Ingested {
  readonly reply: Reply;
  readonly verification?: Verification;
  /** Events taken in, and those that the queue already had. */
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * Checks and changes that a source is configured with, besides the settings of its kind. Each
 * throws RejectedError.
 */
export interface Guards extends Ordering {
  /** Runs before anything of the request is read. */
  checkAddress?(request: WebhookRequest): void;
  /** Runs once the sender is known. @throws {RetryableError} the queue is too far behind */
  checkRoom?(): Promise<void>;
  /** Runs once the sender is known, so that nobody else uses up its share. */
  checkRate?(): Promise<void>;
  check?(data: JsonObject): void;
  /** Removes what must not be kept, before anything is kept. */
  redact?: RedactEvent;
  /** Enqueues the one event of a sender that waits for its run's answer, and runs it. */
  replyFromRun?(outcome: Outcome, message: OutgoingMessage): Promise<RunReply>;
}

export interface RunReply {
  readonly isDuplicate: boolean;
  /** Undefined where no run has given an answer. */
  readonly reply: Reply | undefined;
}

/**
 * Takes a webhook in: verify → normalize → schema → credentials → redact → the app's transform →
 * redact → enqueue → 202. A 2xx follows only when every event is durable in the queue.
 * @throws {RejectedError} the sender must change something; nothing was queued
 * @throws {RetryableError} the queue does not accept: the sender should come again
 * @throws {ConfigError} the source cannot verify anything
 */
export async function ingest(
  source: Source,
  request: WebhookRequest,
  queue: Pick<EventQueue, 'send'>,
  guards: Guards = {},
): Promise<Ingested> {
  checkSize(source, request.body.length);
  guards.checkAddress?.(request);
  const handshake = await source.handshake?.(request);
  if (handshake) return { reply: handshake, accepted: 0, duplicates: 0 };
  checkMediaType(source, request);
  const verification = await source.verify(request);
  await guards.checkRoom?.();
  await guards.checkRate?.();
  const outcome = await toKept(source, await source.normalize(request), guards);
  const messages = await toEventMessages(source.name, outcome, request, verification, guards);
  const { duplicates, reply } = await enqueue(outcome, messages, queue, guards);
  const accepted = outcome.events.length - duplicates;
  const answer = reply ?? outcome.reply ?? toAccepted(outcome);
  return { reply: answer, verification, accepted, duplicates };
}

/** The events as they may be kept. None is kept where one of them does not fit the schema. */
async function toKept(source: Source, given: Outcome, guards: Guards): Promise<Outcome> {
  for (const { data } of given.events) guards.check?.(data);
  const { redact = (event) => event } = guards;
  const events: SourceEvent[] = [];
  for (const sent of given.events) {
    const event = source.withoutCredentials?.(sent) ?? sent;
    const made = source.transform ? await source.transform(event, redact) : event;
    if (made) events.push(made === event ? redact(made) : redact(made, event.data));
  }
  const isFiltered = events.length === 0 && given.events.length > 0;
  return { ...given, events, ...(isFiltered ? { reply: FILTERED } : {}) };
}

/** Answers an event that the app's filter refuses. */
const FILTERED: Reply = { status: 202, json: { filtered: true } };

async function enqueue(
  outcome: Outcome,
  messages: readonly OutgoingMessage[],
  queue: Pick<EventQueue, 'send'>,
  { replyFromRun }: Guards,
): Promise<{ duplicates: number; reply?: Reply | undefined }> {
  const [message] = messages;
  if (!message) return { duplicates: 0 };
  if (outcome.toReply && replyFromRun) {
    const { isDuplicate, reply } = await replyFromRun(outcome, message);
    return { duplicates: isDuplicate ? 1 : 0, reply };
  }
  const sent = await queue.send(messages);
  const isKnown = (_: unknown, index: number) =>
    sent[index] === 'duplicate' && messages[index]?.orderingKey === undefined;
  return { duplicates: messages.filter(isKnown).length };
}

function checkMediaType({ mediaTypes }: Source, { headers }: WebhookRequest): void {
  if (mediaTypes === undefined) return;
  if (mediaTypes.includes(toMediaType(headers.get('content-type')))) return;
  const known = mediaTypes.join(' or ');
  throw new RejectedError('media_type_unsupported', `The content type must be ${known}.`);
}

function toAccepted({ events }: Outcome): Reply {
  const ids = events.map(({ id }) => id);
  const [id] = ids;
  return { status: 202, json: ids.length === 1 && id !== undefined ? { id } : { ids } };
}
