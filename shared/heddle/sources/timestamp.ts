import { createForgedError } from './secret.ts';

/** What most senders prescribe, and what is taken where a sender prescribes nothing. */
export const TOLERANCE_SECONDS = 300;

/**
 * Refuses what was signed too long ago, or too far ahead: a recorded request must not be good for
 * ever. The text is signed as it was received, so this only compares it.
 * @param text Unix seconds
 * @returns the text, to sign
 * @throws {RejectedError} when it is missing, no number, or not within the tolerance
 */
export function checkTimestamp(
  text: string | null | undefined,
  receivedAt: number,
  options: { readonly toleranceSeconds?: number; readonly status?: number } = {},
): string {
  const { toleranceSeconds = TOLERANCE_SECONDS, status } = options;
  if (!text || !/^\d{1,12}$/.test(text)) throw createForgedError(status);
  const age = Math.abs(Math.floor(receivedAt / 1000) - Number(text));
  if (age > toleranceSeconds) throw createForgedError(status);
  return text;
}
