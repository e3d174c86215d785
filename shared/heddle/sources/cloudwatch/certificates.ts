import { X509Certificate } from 'node:crypto';
import { RetryableError } from '../../errors/errors.ts';
import type { SourceContext } from '../source.ts';

/** A certificate has about 2 kB, and SNS waits 15 seconds for the whole answer. */
const LIMITS = { maxBytes: 32 * 1024, timeoutMs: 5000 };

/** Also bounds concurrent fetches: anybody who knows a topic can name certificates. */
const MAX_CERTIFICATES = 10;

/**
 * Caches the last used certificates by URL. A URL never changes its certificate: a new certificate
 * gets a new URL. Only fetched certificates are cached, so URLs without one evict nothing.
 */
export class CertificateCache {
  readonly #fetchText: SourceContext['fetchText'];
  readonly #cached = new Map<string, X509Certificate>();
  readonly #pending = new Map<string, Promise<X509Certificate>>();

  constructor(fetchText: SourceContext['fetchText']) {
    this.#fetchText = fetchText;
  }

  /**
   * @param url a checked URL
   * @throws {RetryableError} when the certificate cannot be fetched: SNS retries after a 5xx
   */
  async get(url: string): Promise<X509Certificate> {
    const cached = this.#cached.get(url);
    if (!cached) return this.#fetchOnce(url);
    this.#cached.delete(url);
    this.#cached.set(url, cached);
    return cached;
  }

  #fetchOnce(url: string): Promise<X509Certificate> {
    const pending = this.#pending.get(url);
    if (pending) return pending;
    if (this.#pending.size >= MAX_CERTIFICATES) {
      const message = `${MAX_CERTIFICATES} certificates are being fetched already; try again`;
      throw new RetryableError('fetch_failed', message);
    }
    const fetching = this.#fetch(url).finally(() => this.#pending.delete(url));
    this.#pending.set(url, fetching);
    return fetching;
  }

  async #fetch(url: string): Promise<X509Certificate> {
    const certificate = parseCertificate(await this.#fetchText(url, LIMITS));
    this.#cached.set(url, certificate);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > MAX_CERTIFICATES && oldest !== undefined) this.#cached.delete(oldest);
    return certificate;
  }
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new RetryableError('fetch_failed', 'SNS gave no certificate in PEM form', { cause });
  }
}
