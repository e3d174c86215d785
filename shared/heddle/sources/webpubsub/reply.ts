import { z } from 'zod';
import { toExactJson } from '../../domain/exact-json.ts';
import { isJsonObject, type JsonObject, JsonObjectSchema } from '../../domain/json.ts';
import { read } from '../read.ts';
import type { Reply } from '../source.ts';

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/** The states travel in a header, both ways. */
const MAX_STATES_CHARS = 4096;

const Text = z.string().min(1);

/** Other keys are ignored: a refusal wins. */
const RefusalSchema = z.object({
  refuse: z.strictObject({
    status: z.number().int().min(400).max(499),
    message: z.string().optional(),
  }),
});

const ConnectSchema = z.strictObject({
  userId: Text.optional(),
  groups: z.array(Text).optional(),
  roles: z.array(Text).optional(),
  subprotocol: Text.optional(),
  /** Stored with the connection, and sent with its later events. */
  states: JsonObjectSchema.optional(),
});

const MessageSchema = z.strictObject({
  /** Sent to the client: a text, or an object as JSON. */
  reply: z.union([z.string(), JsonObjectSchema]).optional(),
  states: JsonObjectSchema.optional(),
});

/**
 * The answer to a client that wants to connect: accepted with a user, groups and roles, or refused.
 * @param output of a run
 * @returns undefined if the output has no `webPubSub`, or an invalid one
 * @example { webPubSub: { userId: 'ada', groups: ['staff'], roles: ['webpubsub.sendToGroup'] } }
 * @example { webPubSub: { refuse: { status: 401, message: 'Sign in first.' } } }
 * @see https://learn.microsoft.com/en-us/azure/azure-web-pubsub/reference-cloud-events#connect
 */
export function toConnectReply(output: unknown): Reply | undefined {
  const answer = readAnswer(output);
  if (answer === undefined || 'refuse' in answer) return toRefusal(answer);
  const parsed = ConnectSchema.safeParse(answer, ONCE);
  if (!parsed.success) return undefined;
  const { states, ...connection } = parsed.data;
  const json = connection as JsonObject;
  return withStates(Object.keys(json).length > 0 ? { status: 200, json } : { status: 204 }, states);
}

/**
 * The answer to a client's message. A refusal closes the connection.
 * @param output of a run
 * @returns undefined if the output has no `webPubSub`, or an invalid one
 * @example { webPubSub: { reply: { accepted: true }, states: { step: 2 } } }
 * @see https://learn.microsoft.com/en-us/azure/azure-web-pubsub/reference-cloud-events#message
 */
export function toMessageReply(output: unknown): Reply | undefined {
  const answer = readAnswer(output);
  if (answer === undefined || 'refuse' in answer) return toRefusal(answer);
  const parsed = MessageSchema.safeParse(answer, ONCE);
  if (!parsed.success) return undefined;
  const { reply, states } = parsed.data;
  if (reply === undefined) return withStates({ status: 204 }, states);
  const content = typeof reply === 'string' ? { text: reply } : { json: reply };
  return withStates({ status: 200, ...content }, states);
}

/** Converts through JSON, so that any output of a run becomes plain data. */
function readAnswer(output: unknown): JsonObject | undefined {
  try {
    const answer = read(toExactJson(output), 'webPubSub');
    return isJsonObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function toRefusal(answer: JsonObject | undefined): Reply | undefined {
  const parsed = RefusalSchema.safeParse(answer, ONCE);
  if (!parsed.success) return undefined;
  const { status, message } = parsed.data.refuse;
  return message === undefined ? { status } : { status, text: message };
}

/** Encodes the states like Microsoft's own middleware: base64 of JSON. */
function withStates(reply: Reply, states: JsonObject | undefined): Reply | undefined {
  if (states === undefined) return reply;
  const encoded = Buffer.from(JSON.stringify(states)).toString('base64');
  if (encoded.length > MAX_STATES_CHARS) return undefined;
  return { ...reply, headers: { 'ce-connectionState': encoded } };
}
