import { RejectedError, RetryableError } from '../../shared/heddle/errors/errors.ts';
import type { BodyBudget } from './body-budget.ts';
import { AbortedError, type Exchange } from './exchange.ts';

export interface ReceiveOptions {
  readonly budget: BodyBudget;
  /** Throws for a body that is larger than its endpoint takes; asked before each part is kept. */
  readonly check: (bytes: number) => void;
  /** How long the whole body may take to come. */
  readonly patienceMs?: number;
}

/** Below the 230 s after which the front end of Azure gives up. */
const PATIENCE_MS = 120_000;

/**
 * Receives the body of a forwarded request, with a Content-Length or in chunks, exactly as it was sent.
 * No part is kept beyond the limit. The bytes count against the budget until the request is answered.
 * @throws {RejectedError} 408, 413; {RetryableError} no room; {AbortedError}
 */
export async function receiveBody(exchange: Exchange, options: ReceiveOptions): Promise<Buffer> {
  const { req, res } = exchange;
  const announced = Number(req.headers['content-length'] ?? 0);
  options.check(announced);
  const body = Promise.withResolvers<Buffer>();
  const parts = new Parts(res, options, announced);
  const take = (chunk: Buffer) => {
    try {
      parts.add(chunk);
    } catch (error) {
      body.reject(error);
    }
  };
  const end = () => body.resolve(parts.join());
  const close = () => body.reject(new AbortedError('the sender went away'));
  const timer = setTimeout(() => body.reject(createLateError()), options.patienceMs ?? PATIENCE_MS);
  req.on('data', take).on('end', end).on('close', close).on('error', close);
  try {
    return await body.promise;
  } catch (error) {
    parts.drop();
    throw error;
  } finally {
    clearTimeout(timer);
    req.off('data', take).off('end', end).off('close', close);
  }
}

/** The parts that have come so far. */
class Parts {
  readonly #options: ReceiveOptions;
  readonly #announced: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(res: Exchange['res'], options: ReceiveOptions, announced: number) {
    this.#options = options;
    this.#announced = announced;
    res.once('close', () => this.drop());
  }

  add(chunk: Buffer): void {
    const bytes = this.#bytes + chunk.length;
    if (bytes > this.#announced) this.#options.check(bytes);
    if (!this.#options.budget.take(chunk.length)) throw createFullError();
    this.#bytes = bytes;
    this.#chunks.push(chunk);
  }

  join(): Buffer {
    const [first, ...more] = this.#chunks;
    const body = first && more.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    return body;
  }

  drop(): void {
    this.#options.budget.giveBack(this.#bytes);
    this.#bytes = 0;
    this.#chunks = [];
  }
}

function createLateError(): RejectedError {
  return new RejectedError('body_late', 'The body took too long to come: send it faster, or less.');
}

function createFullError(): RetryableError {
  return new RetryableError('bodies_full', 'The bodies that are being received fill the memory.');
}
