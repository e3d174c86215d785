import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * Fields as triggers name them, of events, slash commands and interactions alike.
 * @see https://docs.slack.dev/apis/events-api/
 * @see https://docs.slack.dev/reference/interaction-payloads/
 */
export function normalizeSlack(payload: JsonObject): JsonObject {
  const event = read(payload, 'event');
  const team =
    read(payload, 'team_id') ?? toId(read(payload, 'team')) ?? read(payload, 'user', 'team_id');
  const action = readFirst(read(payload, 'actions'));
  return toFields({
    team,
    team_id: team,
    channel: readChannel(payload),
    user: toId(read(event, 'user')) ?? read(payload, 'user_id') ?? toId(read(payload, 'user')),
    text: read(event, 'text') ?? read(payload, 'text') ?? read(payload, 'message', 'text'),
    command: read(payload, 'command'),
    action_id: read(action, 'action_id') ?? read(payload, 'action_id'),
    callback_id: read(payload, 'callback_id') ?? read(payload, 'view', 'callback_id'),
  });
}

/** The channel it happened in, where there is one. */
export function toSubject(payload: JsonObject): { subject?: string } {
  const subject = readChannel(payload);
  return typeof subject === 'string' && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

/** No URL of Slack's comes near it. */
const MAX_URL_CHARS = 2000;

/** Where a command or an interaction may be answered; of a modal that has several, the first. */
export function readResponseUrl(payload: JsonObject): string | undefined {
  const first = readFirst(read(payload, 'response_urls'));
  const url = read(payload, 'response_url') ?? read(first, 'response_url');
  const isUrl = typeof url === 'string' && url !== '' && url.length <= MAX_URL_CHARS;
  return isUrl ? url : undefined;
}

/**
 * Who has these may post in Slack with no further proof, so they are not kept with the payload:
 * `response_url`, at the top of commands and interactions and, for modals, in each of
 * `response_urls`; `bot_access_token` of workflow steps. They go wherever they stand. The field
 * `response_url` has the first of them sealed ({@link readResponseUrl}).
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 * @see https://docs.slack.dev/reference/events/function_executed
 */
const SECRET_KEYS: ReadonlySet<string> = new Set(['response_url', 'bot_access_token']);

/** @returns the payload as it may be stored */
export function withoutSecrets(payload: JsonObject): JsonObject {
  const kept = Object.entries(payload).filter(([key]) => !SECRET_KEYS.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, strip(value)]));
}

function strip(value: Json): Json {
  if (Array.isArray(value)) return value.map(strip);
  return isJsonObject(value) ? withoutSecrets(value) : value;
}

function readChannel(payload: JsonObject): Json | undefined {
  const event = read(payload, 'event');
  return (
    toId(read(event, 'channel')) ??
    // Of reactions and pins.
    read(event, 'item', 'channel') ??
    read(payload, 'channel_id') ??
    toId(read(payload, 'channel')) ??
    read(payload, 'container', 'channel_id')
  );
}

/** Slack gives a user or a channel by its id, or as an object that has it. */
function toId(value: Json | undefined): Json | undefined {
  return isJsonObject(value) ? readText(value, 'id') : value;
}

function readFirst(list: Json | undefined): Json | undefined {
  return Array.isArray(list) ? list[0] : undefined;
}
