import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import { ConfigError, RejectedError } from '../errors/errors.ts';

/** How a sender was authenticated. */
export interface Verification {
  /** False only where the configuration asks for no verification. */
  readonly verified: boolean;
  /** The setting of the secret that matched: tells when the other one may be retired. */
  readonly secret?: string;
}

/**
 * One answer for a missing, a malformed and a wrong signature or token: nothing for a forger to
 * learn.
 * @param status what the sender takes for "refused for good"; 401 unless it has a word of its own
 * @param authenticate the challenge of HTTP authentication, where that is what is missing
 */
export function createForgedError(status = 401, authenticate?: string): RejectedError {
  const message = 'The signature is missing or not valid.';
  const options = authenticate === undefined ? {} : { authenticate };
  return new RejectedError(status, 'signature_invalid', message, options);
}

/**
 * Those that are set: a blank secret is no key, since an attacker can sign with the empty one.
 * @throws {ConfigError} when none is
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
 * Compares a token with each secret. Constant time: both sides are hashed, so that neither length
 * nor content shows, and every secret is tried, whichever matches.
 * @throws {RejectedError} when none is equal
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
