import { createForgedError } from './secret.ts';

/** The tolerance that most senders prescribe, and the default for the others. */
export const TOLERANCE_SECONDS = 300;

/**
 * Refuses a timestamp that is too old or too far ahead, so that a recorded request does not stay
 * valid. The text is returned unchanged, since it is signed as received.
 * @param text Unix seconds
 * @returns the text, to be signed
 * @throws {RejectedError} when it is missing, not a number, or outside the tolerance
 * @example const time = checkTimestamp(headers.get('x-timestamp'), receivedAt);
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
