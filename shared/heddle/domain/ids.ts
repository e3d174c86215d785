import { hash } from 'node:crypto';

/**
 * Ids of documents and messages are computed, not drawn, so that whoever is interrupted and starts
 * again finds what it had begun. 32 hex digits: safe in a URL, a Cosmos id and a Service Bus
 * message id (at most 128 characters), whatever the sender put into its own id.
 */
function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

/** The key of an event: a sender's ids are unique only within its source. */
export function toEventKey(source: string, eventId: string): string {
  return digest('event', source, eventId);
}

/** In place of a sender's id with something in it that is not to be kept. */
export function toHiddenId(eventId: string): string {
  return digest('hidden', eventId);
}

/** The id of the one run that a trigger makes of an event. */
export function toRunId(eventKey: string, triggerName: string): string {
  return digest('run', eventKey, triggerName);
}

/** The id of a replay, from what was asked and what tells one asking from another. */
export function toReplayId(...asked: readonly string[]): string {
  return digest('replay', ...asked);
}

/** The id of the one run that a replay makes of an event for a trigger. */
export function toReplayRunId(replayId: string, eventKey: string, triggerName: string): string {
  return digest('replay-run', replayId, eventKey, triggerName);
}

/** The id of what a limit of a trigger remembers under a key. */
export function toLimitId(kind: string, triggerName: string, key: string): string {
  return digest('limit', kind, triggerName, key);
}

/** The id under which a message that could not be dealt with is kept. */
export function toDeadLetterId(messageId: string, sequence: number): string {
  return digest('dead', messageId, String(sequence));
}

/**
 * The id of an event that a run emits: the same for the same type and data in every attempt, whatever
 * else that one emits.
 * @param nth how often the attempt has emitted just this before
 */
export function toEmittedId(runId: string, type: string, dataJson: string, nth: number): string {
  return digest('emit', runId, type, dataJson, String(nth));
}

/** Service Bus takes 128 characters for a message id, and the key is part of one. */
const MAX_ORDERING_KEY = 80;

/** A key that every queue can order by, from what a trigger's template gave. */
export function toQueueKey(text: string): string {
  return text.length <= MAX_ORDERING_KEY ? text : digest('order', text);
}
