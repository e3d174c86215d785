import type { Event } from '../../domain/event.ts';
import { toEventKey } from '../../domain/ids.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import type { Verification } from '../../sources/secret.ts';
import type { Outcome, SourceEvent, WebhookRequest } from '../../sources/source.ts';

/** Finds the keys under which triggers want an event in order, each with the first such trigger. */
export interface Ordering {
  order?(event: Event): Promise<ReadonlyMap<string, string>>;
}

const UNORDERED: ReadonlyMap<string, string> = new Map();

/** Makes one message for each event, and one more for every ordering key of its triggers. */
export async function toEventMessages(
  source: string,
  { events, toReply }: Outcome,
  request: Pick<WebhookRequest, 'receivedAt' | 'traceparent'>,
  { verified }: Pick<Verification, 'verified'>,
  { order }: Ordering,
): Promise<readonly OutgoingMessage[]> {
  const messages = events.map(async (given) => {
    const envelope = toEnvelope(source, given, request, verified);
    // A sender that waits is answered by a run that is made at once, so there is no order to keep.
    const found = toReply ? undefined : await order?.({ ...envelope, data: given.data });
    const keys = [...(found ?? UNORDERED)];
    const message = toEventMessage(
      envelope,
      given,
      keys.map(([key]) => key),
    );
    const copies = keys.map(([key, lane]) => ({
      ...message,
      id: `${message.id}:${key}`,
      orderingKey: key,
      lane,
    }));
    return [message, ...copies];
  });
  return (await Promise.all(messages)).flat();
}

function toEnvelope(
  source: string,
  { dataJson: _json, data: _data, ...given }: SourceEvent,
  request: Pick<WebhookRequest, 'receivedAt' | 'traceparent'>,
  verified: boolean,
): Omit<Event, 'data'> {
  const receivedAt = new Date(request.receivedAt).toISOString();
  return {
    source,
    time: receivedAt,
    ...given,
    verified,
    receivedAt,
    dedupeKey: toEventKey(source, given.id),
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
}

/** Takes the sender's JSON text over as it stands, where it is at hand: it has been parsed. */
function toEventMessage(
  envelope: Omit<Event, 'data'>,
  { dataJson, data }: SourceEvent,
  keys: readonly string[],
): OutgoingMessage {
  const open = JSON.stringify(envelope).slice(0, -1);
  const payload = dataJson ?? JSON.stringify(data);
  const ordered = keys.length === 0 ? '' : `,"orderingKeys":${JSON.stringify(keys)}`;
  const body = `{"kind":"event","event":${open},"data":${payload}}${ordered}}`;
  return { id: `event:${envelope.dedupeKey}`, body };
}
