import { z } from 'zod';
import { TerminalError } from '../errors/errors.ts';
import { EventSchema } from './event.ts';

/** What travels through the queue. */
export const MessageSchema = z.discriminatedUnion('kind', [
  /** An event came in. */
  z.strictObject({
    kind: z.literal('event'),
    event: EventSchema,
    /** A copy of this message was sent under each: its triggers of that key run with the copy. */
    orderingKeys: z.array(z.string()).optional(),
  }),
  /** Execute this attempt of a run: its retry, or its turn after a large fan-out. */
  z.strictObject({
    kind: z.literal('run'),
    runId: z.string(),
    attempt: z.number().int().positive(),
  }),
  /** Replay the next page of what a replay by query has found. */
  z.strictObject({
    kind: z.literal('replay'),
    replayId: z.string(),
    turn: z.number().int().positive(),
  }),
  /** Look for what a poller looks for, now. */
  z.strictObject({
    kind: z.literal('poll'),
    trigger: z.string(),
    /** When it was to be done. */
    due: z.iso.datetime(),
  }),
]);
export type Message = z.infer<typeof MessageSchema>;

export type EventMessage = Extract<Message, { kind: 'event' }>;
export type RunMessage = Extract<Message, { kind: 'run' }>;
export type PollMessage = Extract<Message, { kind: 'poll' }>;
export type ReplayMessage = Extract<Message, { kind: 'replay' }>;

/**
 * A sender that crashed after sending sends the same id again, and the queue drops it.
 * @param turn tells messages apart that are sent for one attempt: it was due, and then was not
 */
export function toRunMessageId({ runId, attempt }: Omit<RunMessage, 'kind'>, turn: string): string {
  return `run:${runId}:${attempt}:${turn}`;
}

export function toReplayMessageId({ replayId, turn }: Omit<ReplayMessage, 'kind'>): string {
  return `replay:${replayId}:${turn}`;
}

/** @throws {TerminalError} when the text is no message of ours: trying again cannot help. */
export function parseMessage(body: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Without the cause: a SyntaxError quotes the message.
    throw new TerminalError('the queue message is not JSON', { code: 'message_invalid' });
  }
  const parsed = MessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new TerminalError(`the queue message has a wrong shape (${faults.join('; ')})`, {
    code: 'message_invalid',
  });
}
