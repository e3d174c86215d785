import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { RetryableError } from '../../errors/errors.ts';
import type { SourceContext } from '../source.ts';

/** A tenant has about ten keys with their certificates, 3 kB each. */
const LIMITS = { maxBytes: 512 * 1024, timeoutMs: 5000 };

const MAX_KEYS = 200;
const MIN_BITS = 2048;

/** At most one fetch begins in this time, whatever tokens name and however the last one ended. */
export const COOL_DOWN_MS = 30_000;
/** Age after which keys are fetched anew while the old ones are still used. */
export const REFRESH_MS = 60 * 60_000;
/** Age after which keys are not used any more: one of them may have been withdrawn. */
export const MAX_AGE_MS = 24 * 60 * 60_000;

type Keys = ReadonlyMap<string, KeyObject>;

/**
 * The public keys of a tenant.
 *
 * 1. Anybody can send tokens with key ids that do not exist, so an unknown id leads to a fetch at
 *    most once per cool-down, and concurrent requests share one fetch.
 * 2. A key id that is not in keys younger than the cool-down does not exist: that is a forgery. While
 *    keys cannot be fetched, nothing is known about it: the sender is asked to come again.
 * 3. A failed fetch replaces nothing; keys are used without a successful one for a day at most.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
export class TenantKeys {
  readonly #url: string;
  readonly #fetchText: SourceContext['fetchText'];
  #keys: Keys | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failure: RetryableError | undefined;
  #pending: Promise<void> | undefined;

  constructor(url: string, fetchText: SourceContext['fetchText']) {
    this.#url = url;
    this.#fetchText = fetchText;
  }

  /**
   * @param now Unix milliseconds
   * @returns undefined where the tenant has no such key
   * @throws {RetryableError} when the keys cannot be fetched, so that nobody knows
   */
  async find(keyId: string, now: number): Promise<KeyObject | undefined> {
    const age = now - this.#fetchedAt;
    const known = age < MAX_AGE_MS ? this.#keys?.get(keyId) : undefined;
    if (known === undefined) {
      await this.#refresh(now);
      return this.#keys?.get(keyId);
    }
    // Not awaited: a slow authority must not delay requests that can be judged.
    if (age > REFRESH_MS) this.#refresh(now).catch(() => {});
    return known;
  }

  /** @throws {RetryableError} when the keys are not there, or the last try within the cool-down failed */
  async #refresh(now: number): Promise<void> {
    if (this.#pending) return this.#pending;
    // Without regard to the direction: clocks are set back, and requests overtake each other.
    const isCoolingDown = Math.abs(now - this.#triedAt) < COOL_DOWN_MS;
    if (isCoolingDown) {
      if (this.#failure) throw this.#failure;
      return;
    }
    this.#triedAt = now;
    this.#pending = this.#fetch(now).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetch(now: number): Promise<void> {
    try {
      this.#keys = parseKeys(await this.#fetchText(this.#url, LIMITS));
      this.#fetchedAt = now;
      this.#failure = undefined;
    } catch (cause) {
      const text = `the keys of Microsoft Entra cannot be fetched from ${this.#url}`;
      const retryAfter = COOL_DOWN_MS / 1000;
      this.#failure = new RetryableError('fetch_failed', text, { cause, retryAfter });
      throw this.#failure;
    }
  }
}

/** Keys of other kinds, and for other purposes, are passed over. */
const KeySchema = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  use: z.literal('sig').optional(),
  n: z.string(),
  e: z.string(),
});

const KeySetSchema = z.object({ keys: z.array(z.unknown()) });

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/** @throws when there is no key that can be used */
function parseKeys(text: string): Keys {
  const { keys } = KeySetSchema.parse(JSON.parse(text), ONCE);
  const usable = keys.slice(0, MAX_KEYS).flatMap((given) => {
    const { data } = KeySchema.safeParse(given, ONCE);
    const key = data && toPublicKey(data);
    return key ? [[data.kid, key] as const] : [];
  });
  if (usable.length === 0) throw new Error('the set has no RSA key for signatures');
  return new Map(usable);
}

/** @returns undefined for a key that is too short or malformed */
function toPublicKey({ kty, n, e }: z.output<typeof KeySchema>): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}
