import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import { ConfigError, RejectedError } from '../errors/errors.ts';

/** Result of authenticating a sender. */
export interface Verification {
  /** False only if the configuration requires no verification. */
  readonly verified: boolean;
  /** Setting of the secret that matched; it shows when the other one may be retired. */
  readonly secret?: string;
}

/**
 * Gives one answer for a missing, a malformed and a wrong signature or token, so that a forger
 * learns nothing.
 * @param status the status that the sender reads as a final refusal; default 401
 * @param authenticate the challenge, if HTTP authentication is what is missing
 */
export function createForgedError(status = 401, authenticate?: string): RejectedError {
  const message = 'The signature is missing or not valid.';
  const options = authenticate === undefined ? {} : { authenticate };
  return new RejectedError('signature_invalid', message, { status, ...options });
}

/**
 * Returns the secrets that are set. A blank secret is not a key: an attacker can sign with the
 * empty one.
 * @throws {ConfigError} when no secret is set
 */
export function requireSecrets(secrets: readonly Secret[]): readonly Secret[] {
  const set = secrets.filter(({ value }) => value.trim() !== '');
  if (set.length > 0) return set;
  const [first] = secrets;
  throw new ConfigError('No secret is configured, so nothing can be verified', [
    first ? `set ${first.setting}` : 'name the app settings of its secrets under "secrets"',
  ]);
}

/**
 * Compares a token with each secret in constant time: both sides are hashed, so that neither length
 * nor content shows, and every secret is tried, even after a match.
 * @throws {RejectedError} when no secret is equal
 * @throws {ConfigError} when no secret is set
 * @example return verifyToken(headers.get('x-token'), secrets);
 */
export function verifyToken(
  presented: string | null | undefined,
  secrets: readonly Secret[],
  status = 401,
): Verification {
  const hash = toHash(presented ?? '');
  let matched: string | undefined;
  for (const { setting, value } of requireSecrets(secrets)) {
    if (timingSafeEqual(toHash(value), hash)) matched ??= setting;
  }
  if (matched === undefined || !presented) throw createForgedError(status);
  return { verified: true, secret: matched };
}

function toHash(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
