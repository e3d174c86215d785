import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import { createForgedError, requireSecrets, type Verification } from './secret.ts';

export interface HmacOptions {
  /** Set by the configuration alone, never by the request. */
  readonly algorithm?: 'sha256' | 'sha512' | 'sha1';
  /** Converts a secret to a key; default: its UTF-8 bytes. The setting's name is for errors. */
  readonly toKey?: (value: string, setting: string) => Buffer;
  /** Status of the answer to a forged request. */
  readonly status?: number;
}

interface Key {
  readonly setting: string;
  readonly key: KeyObject;
}

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

/**
 * Keys of an HMAC over raw bytes. Any of them may match: there are two during rotation.
 * @example
 * const keys = new HmacKeys(secrets, { algorithm: 'sha256' });
 * const sent = withoutPrefix(headers.get('x-signature'), 'sha256=');
 * return keys.verify([parseHex(sent)], body);
 */
export class HmacKeys {
  readonly #secrets: readonly Secret[];
  readonly #options: HmacOptions;
  #keys: readonly Key[] | undefined;

  constructor(secrets: readonly Secret[], options: HmacOptions = {}) {
    this.#secrets = secrets;
    this.#options = options;
  }

  /**
   * Compares in constant time: every key is tried on every presented signature, even after a match,
   * and digests of equal length are compared with `timingSafeEqual`.
   * @param presented signatures as bytes ({@link parseHex}, {@link parseBase64}); undefined for one
   * that is missing or malformed
   * @param signed the signed parts, in order
   * @throws {RejectedError} when no signature matches
   * @throws {ConfigError} when no secret is set
   */
  verify(
    presented: readonly (Buffer | undefined)[],
    ...signed: readonly (Buffer | string)[]
  ): Verification {
    const { algorithm = 'sha256', status } = this.#options;
    const blank = Buffer.alloc(DIGEST_BYTES[algorithm]);
    let matched: string | undefined;
    for (const { setting, key } of this.#getKeys()) {
      const hmac = createHmac(algorithm, key);
      for (const part of signed) hmac.update(part);
      const digest = hmac.digest();
      for (const signature of presented) {
        const isWhole = signature?.length === blank.length;
        const isEqual = timingSafeEqual(digest, isWhole ? signature : blank);
        if (isWhole && isEqual) matched ??= setting;
      }
    }
    if (matched === undefined) throw createForgedError(status);
    return { verified: true, secret: matched };
  }

  /** Creates the keys at the first request: a source without a secret must not block the start. */
  #getKeys(): readonly Key[] {
    const { toKey = (value: string) => Buffer.from(value, 'utf8') } = this.#options;
    this.#keys ??= requireSecrets(this.#secrets).map(({ setting, value }) => ({
      setting,
      key: createSecretKey(toKey(value, setting)),
    }));
    return this.#keys;
  }
}

/**
 * Parses lower-case hex. `Buffer.from(hex, 'hex')` stops silently at the first bad digit, so the
 * text is checked first.
 * @example parseHex('7b7d') // the bytes of {}
 */
export function parseHex(text: string | null | undefined): Buffer | undefined {
  if (!text || !/^(?:[0-9a-f]{2})+$/.test(text)) return undefined;
  return Buffer.from(text, 'hex');
}

/**
 * Parses standard padded base64; a text that does not encode back is refused.
 * @example parseBase64('e30=') // the bytes of {}
 */
export function parseBase64(text: string | null | undefined): Buffer | undefined {
  if (!text) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/**
 * Takes the prefix off a signature; undefined without it.
 * @example withoutPrefix('sha256=ab12', 'sha256=') // 'ab12'
 */
export function withoutPrefix(text: string | null, prefix: string): string | undefined {
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
