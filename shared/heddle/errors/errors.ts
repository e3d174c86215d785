/**
 * The catalogue of errors. The class says who has to act; the `code` is stable and may be branched
 * on; the message says what was expected, what was found and the next step, and never carries a
 * secret, a signature or a body.
 */
export abstract class HeddleError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The caller must change the request: answered with `status` (4xx), never queued. */
export class RejectedError extends HeddleError {
  readonly status: number;
  /** Seconds after which the same request may be accepted (429). */
  readonly retryAfter: number | undefined;
  /** Value of `WWW-Authenticate` (401). */
  readonly authenticate: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options?: ErrorOptions & { retryAfter?: number; authenticate?: string },
  ) {
    super(code, message, options);
    this.status = status;
    this.retryAfter = options?.retryAfter;
    this.authenticate = options?.authenticate;
  }
}

/** Worth a retry, after `retryAfter` seconds if known. */
export class RetryableError extends HeddleError {
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, options?: ErrorOptions & { retryAfter?: number }) {
    super(code, message, options);
    this.retryAfter = options?.retryAfter;
  }
}

/** A retry cannot help: the run is recorded as failed and its message dead-lettered. */
export class TerminalError extends HeddleError {
  /** @example throw new TerminalError('the repository is archived') */
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? 'terminal', message, options);
  }
}

/** Another writer came first: the document exists already, or its etag has changed. */
export class ConflictError extends HeddleError {
  constructor(code: 'exists' | 'etag', message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** The operator must change a setting or a file. Lists every fault found, not just the first. */
export class ConfigError extends HeddleError {
  readonly faults: readonly string[];

  constructor(subject: string, faults: readonly string[], options?: ErrorOptions) {
    super('config', `${subject}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, options);
    this.faults = faults;
  }
}

/** A bug in Heddle: please report it. */
export class InvariantError extends HeddleError {
  constructor(message: string, options?: ErrorOptions) {
    super('invariant', message, options);
  }
}
