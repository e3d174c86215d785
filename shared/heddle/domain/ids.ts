import { hash } from 'node:crypto';

/**
 * Computes ids of documents and messages, so that a process that was interrupted and starts again
 * finds what it had begun. 32 hex digits are safe in a URL, a Cosmos id and a Service Bus message
 * id (at most 128 characters), whatever the sender's own id contains.
 */
function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

/** The key of an event. A sender's ids are unique only within its source. */
export function toEventKey(source: string, eventId: string): string {
  return digest('event', source, eventId);
}

/** Replaces a sender's id that contains a value which must not be stored. */
export function toHiddenId(eventId: string): string {
  return digest('hidden', eventId);
}

/** The id of the one run that a trigger makes of an event. */
export function toRunId(eventKey: string, triggerName: string): string {
  return digest('run', eventKey, triggerName);
}

interface RunningItem {
  /** Place among the items that run; the first has the id of {@link toRunId}. */
  readonly nth: number;
  /** Position in the list. */
  readonly index: number;
  readonly key?: string | undefined;
}

/** The id of the run of an item of an event: by its key, or else by its position. */
export function toRunIdOfItem(
  eventKey: string,
  triggerName: string,
  { nth, index, key }: RunningItem,
): string {
  if (nth === 0) return toRunId(eventKey, triggerName);
  const tells = key === undefined ? ['index', String(index)] : ['key', key];
  return digest('item-run', eventKey, triggerName, ...tells);
}

/** The id of a replay, from the request and the key that distinguishes it from others. */
export function toReplayId(...asked: readonly string[]): string {
  return digest('replay', ...asked);
}

/**
 * The id of the one run that a replay makes of an event for a trigger.
 * @param item position of the item, for a trigger with `forEach`
 */
export function toReplayRunId(
  replayId: string,
  eventKey: string,
  { trigger, item }: { readonly trigger: string; readonly item?: number | undefined },
): string {
  const more = item === undefined ? [] : [String(item)];
  return digest('replay-run', replayId, eventKey, trigger, ...more);
}

/** The id of a limit's state for one trigger and one key. */
export function toLimitId(kind: string, triggerName: string, key: string): string {
  return digest('limit', kind, triggerName, key);
}

/** The id of the dead letter of a message. */
export function toDeadLetterId(messageId: string, sequence: number): string {
  return digest('dead', messageId, String(sequence));
}

/** The id of the mark of a message that came again. */
export function toSuspectId(messageId: string, sequence: number): string {
  return digest('suspect', messageId, String(sequence));
}

/**
 * The id of an event that a run emits. It is the same for the same type and data in every attempt,
 * whatever else the attempt emits.
 * @param nth number of earlier emissions of the same type and data in this attempt
 */
export function toEmittedId(runId: string, type: string, dataJson: string, nth: number): string {
  return digest('emit', runId, type, dataJson, String(nth));
}

/** Service Bus accepts 128 characters for a message id, and the key is part of one. */
const MAX_ORDERING_KEY = 80;

/** Shortens the text of a trigger's template to a key that every queue accepts. */
export function toQueueKey(text: string): string {
  return text.length <= MAX_ORDERING_KEY ? text : digest('order', text);
}

/**
 * The id of a call of an actor within a run. It is the same in every attempt that calls the same
 * actors as often.
 * @param nth number of earlier calls of the same actor in this attempt
 */
export function toInvocationId(runId: string, actor: string, nth: number): string {
  return digest('invoke', runId, actor, String(nth));
}
