import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { ConfigError, RejectedError } from '../errors.ts';

/** A secret by the name of its setting, which may be shown, and its value, which may not. */
export interface Secret {
  readonly setting: string;
  readonly value: string;
}

/** One answer for a missing, a malformed and a wrong signature: nothing for a forger to learn. */
export function createSignatureError(): RejectedError {
  return new RejectedError(401, 'signature_invalid', 'The signature is missing or not valid.');
}

/** Keys of HMAC-SHA256 over raw bytes, of which any may match: two while a secret is rotated. */
export class HmacKeys {
  readonly #keys: readonly KeyObject[];
  readonly #settings: readonly string[];

  /** Blank secrets are no keys: an attacker can sign with the empty one. */
  constructor(secrets: readonly Secret[]) {
    this.#settings = secrets.map(({ setting }) => setting);
    this.#keys = secrets
      .filter(({ value }) => value.trim() !== '')
      .map(({ value }) => createSecretKey(Buffer.from(value, 'utf8')));
  }

  /**
   * Compares in constant time: every key is tried, whichever matches, and digests of equal length
   * are compared with `timingSafeEqual`.
   * @param hex the signature as presented, 64 lower-case hex digits or it does not match
   * @throws {RejectedError} 401
   * @throws {ConfigError} when no secret is set
   */
  verifyHex(hex: string | undefined, ...signed: readonly (Buffer | string)[]): void {
    if (this.#keys.length === 0) {
      throw new ConfigError('No secret is configured, so nothing can be verified', [
        `set ${this.#settings[0]}`,
      ]);
    }
    // Buffer.from(hex, 'hex') stops silently at the first bad digit: check the text first.
    const isHex = hex !== undefined && /^[0-9a-f]{64}$/.test(hex);
    const presented = isHex ? Buffer.from(hex, 'hex') : Buffer.alloc(32);
    let matches = 0;
    for (const key of this.#keys) {
      const hmac = createHmac('sha256', key);
      for (const part of signed) hmac.update(part);
      matches += Number(timingSafeEqual(hmac.digest(), presented));
    }
    if (!isHex || matches === 0) throw createSignatureError();
  }
}
