import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { read, readText, toFields } from '../read.ts';

/**
 * Fields as triggers name them, for events, slash commands and interactions alike.
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

/** The channel of the event, if there is one. */
export function toSubject(payload: JsonObject): { subject?: string } {
  const subject = readChannel(payload);
  return typeof subject === 'string' && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {};
}

/** Longer than any URL of Slack. */
const MAX_URL_CHARS = 2000;

/** URL for answering a command or an interaction; the first if a modal has several. */
export function readResponseUrl(payload: JsonObject): string | undefined {
  const first = readFirst(read(payload, 'response_urls'));
  const url = read(payload, 'response_url') ?? read(first, 'response_url');
  const isUrl = typeof url === 'string' && url !== '' && url.length <= MAX_URL_CHARS;
  return isUrl ? url : undefined;
}

/**
 * Keys that are credentials, at any depth: `response_url`, with which anybody can post, at the top of
 * commands and interactions and, for modals, in each of `response_urls`; the verification `token` of
 * every request, with which a sender passes for Slack where signatures are not checked;
 * `bot_access_token` of workflow steps, `action_token` of searches. The field `response_url` keeps the
 * first URL, sealed ({@link readResponseUrl}).
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack#deprecation
 * @see https://docs.slack.dev/reference/events/function_executed
 */
export function isSlackCredential(key: string, owner: JsonObject): boolean {
  const value = owner[key];
  // Whatever the key: with an address of this host anybody can post.
  if (typeof value === 'string' && value.startsWith('https://hooks.slack.com/')) return true;
  return key === 'response_url' || /(?:^|_)token$/.test(key);
}

function readChannel(payload: JsonObject): Json | undefined {
  const event = read(payload, 'event');
  return (
    toId(read(event, 'channel')) ??
    // Reactions and pins.
    read(event, 'item', 'channel') ??
    read(payload, 'channel_id') ??
    toId(read(payload, 'channel')) ??
    read(payload, 'container', 'channel_id')
  );
}

/** Slack gives a user or a channel as an id, or as an object with the id. */
function toId(value: Json | undefined): Json | undefined {
  return isJsonObject(value) ? readText(value, 'id') : value;
}

function readFirst(list: Json | undefined): Json | undefined {
  return Array.isArray(list) ? list[0] : undefined;
}
