import { z } from 'zod';
import { parseBody } from './body.ts';

const MAX_REASON_CHARS = 500;
const reason = z.string().trim().min(1).max(MAX_REASON_CHARS).optional();

const PauseSchema = z.strictObject({
  /** The reason for whoever finds the trigger paused. Without one, an earlier reason stays. */
  message: reason,
});

const CancelSchema = z.strictObject({ reason });

/** @throws {RejectedError} 400 */
export function parsePause(body: unknown): { readonly message: string | undefined } {
  const { message } = parseBody(PauseSchema, body);
  return { message };
}

/** @throws {RejectedError} 400 */
export function parseCancel(body: unknown): { readonly reason: string } {
  const { reason = 'an operator has cancelled it' } = parseBody(CancelSchema, body);
  return { reason };
}
