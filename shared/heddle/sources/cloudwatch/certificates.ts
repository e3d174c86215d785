import { X509Certificate } from 'node:crypto';
import { RetryableError } from '../../errors/errors.ts';
import type { SourceContext } from '../source.ts';

/** A certificate has about 2 kB, and SNS waits 15 seconds for the answer to all of it. */
const LIMITS = { maxBytes: 32 * 1024, timeoutMs: 5000 };

/** Also how many may be fetched at once: whoever knows a topic can name certificates. */
const MAX_CERTIFICATES = 10;

/**
 * Certificates by URL, those used last. A URL has one certificate for ever: a new one gets a new
 * URL. Only what was fetched counts, so names of certificates that do not exist push out none.
 */
export class CertificateCache {
  readonly #fetchText: SourceContext['fetchText'];
  readonly #cached = new Map<string, X509Certificate>();
  readonly #pending = new Map<string, Promise<X509Certificate>>();

  constructor(fetchText: SourceContext['fetchText']) {
    this.#fetchText = fetchText;
  }

  /**
   * @param url one that has been checked
   * @throws {RetryableError} when there is no certificate to be had: SNS comes again after a 5xx
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
