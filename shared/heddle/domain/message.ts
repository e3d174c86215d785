import { z } from 'zod';
import { TerminalError } from '../errors/errors.ts';
import { EventSchema } from './event.ts';
import { parseExactJson } from './exact-json.ts';

/** Messages of Heddle's own queues. */
export const MessageSchema = z.discriminatedUnion('kind', [
  /** An event was received. */
  z.strictObject({
    kind: z.literal('event'),
    event: EventSchema,
    /** Each key has a copy of this message, from which the triggers with that key run. */
    orderingKeys: z.array(z.string()).optional(),
  }),
  /** Executes this attempt of a run: a retry, or a run of a large fan-out. */
  z.strictObject({
    kind: z.literal('run'),
    runId: z.string(),
    attempt: z.number().int().positive(),
  }),
  /** Looks at the line of a slot, in case that a hand-over was cut off. */
  z.strictObject({
    kind: z.literal('line'),
    slot: z.strictObject({
      id: z.string(),
      trigger: z.string(),
      max: z.number(),
      inputHash: z.string().optional(),
      period: z.number().optional(),
      limit: z.string().optional(),
    }),
    /** The first run in line at the last look. */
    head: z.string().optional(),
    /** Leases from the last look to this one, about. */
    step: z.number().int().positive().optional(),
  }),
  /** Replays the next page of a replay by query. */
  z.strictObject({
    kind: z.literal('replay'),
    replayId: z.string(),
    turn: z.number().int().positive(),
  }),
  /** Runs a trigger's poller. */
  z.strictObject({
    kind: z.literal('poll'),
    trigger: z.string(),
    /** Due time of the poll. */
    due: z.iso.datetime(),
  }),
]);
export type Message = z.infer<typeof MessageSchema>;

export type EventMessage = Extract<Message, { kind: 'event' }>;
export type RunMessage = Extract<Message, { kind: 'run' }>;
export type LineMessage = Extract<Message, { kind: 'line' }>;
export type PollMessage = Extract<Message, { kind: 'poll' }>;
export type ReplayMessage = Extract<Message, { kind: 'replay' }>;

/**
 * A sender that crashed after sending sends the same id again, and the queue drops it.
 * @param turn distinguishes messages for the same attempt, such as one for each time it became due
 */
export function toRunMessageId({ runId, attempt }: Omit<RunMessage, 'kind'>, turn: string): string {
  return `run:${runId}:${attempt}:${turn}`;
}

/** @param due Unix milliseconds of the look */
export function toLineMessageId({ slot }: Omit<LineMessage, 'kind'>, due: number): string {
  return `line:${slot.id}:${due}`;
}

export function toReplayMessageId({ replayId, turn }: Omit<ReplayMessage, 'kind'>): string {
  return `replay:${replayId}:${turn}`;
}

/** @throws {TerminalError} when the text is not one of Heddle's messages: a retry cannot help. */
export function parseMessage(body: string): Message {
  let value: unknown;
  try {
    value = parseExactJson(body);
  } catch {
    // No cause: a SyntaxError quotes the message.
    throw new TerminalError('message_invalid', 'the queue message is not JSON');
  }
  const parsed = MessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new TerminalError(
    'message_invalid',
    `the queue message has a wrong shape (${faults.join('; ')})`,
  );
}
