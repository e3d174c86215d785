import type { ErrorCode, RejectedCode } from './codes.ts';
import { REJECTED } from './rejected-codes.ts';

/** Code of an error: one of the catalogue, or one that an app makes up for its own errors. */
type AnyCode = ErrorCode | (string & {});

/**
 * Errors. The class says who has to act; the `code` is stable and may be branched
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

  /** @param options `status` where it is not the one of the code; a code of an app’s own needs it */
  constructor(code: RejectedCode, message: string, options?: RejectedOptions);
  constructor(
    code: string,
    message: string,
    options: RejectedOptions & { readonly status: number },
  );
  constructor(code: string, message: string, options: RejectedOptions = {}) {
    super(code, message, options);
    this.status = options.status ?? toStatus(code);
    this.retryAfter = options.retryAfter;
    this.authenticate = options.authenticate;
  }
}

interface RejectedOptions extends ErrorOptions {
  readonly status?: number;
  readonly retryAfter?: number;
  readonly authenticate?: string;
}

function toStatus(code: string): number {
  return Object.hasOwn(REJECTED, code) ? REJECTED[code as RejectedCode].status : 400;
}

/** Worth a retry, after `retryAfter` seconds if known. */
export class RetryableError extends HeddleError {
  readonly retryAfter: number | undefined;

  constructor(code: AnyCode, message: string, options?: ErrorOptions & { retryAfter?: number }) {
    super(code, message, options);
    this.retryAfter = options?.retryAfter;
  }
}

/** A retry cannot help: the run is recorded as failed and its message dead-lettered. */
export class TerminalError extends HeddleError {
  /**
   * @example
   * throw new TerminalError('the repository is archived');
   * throw new TerminalError('repository_archived', 'the repository is archived', { cause });
   */
  constructor(message: string);
  constructor(code: AnyCode, message: string, options?: ErrorOptions);
  constructor(first: string, message?: string, options?: ErrorOptions) {
    super(message === undefined ? 'terminal' : first, message ?? first, options);
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
