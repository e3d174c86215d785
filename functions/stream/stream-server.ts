import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RetryableError } from '../../shared/heddle/errors/errors.ts';
import type { Answer } from '../reply.ts';
import { type Exchange, INVOCATION_HEADER } from './exchange.ts';
import { sendAnswer } from './send-answer.ts';

interface Held extends Exchange {
  readonly timer: NodeJS.Timeout;
}

export interface StreamServerOptions {
  readonly toProblem: (error: unknown) => Answer;
  /** How long a request and its invocation wait for each other. They are sent at the same time. */
  readonly patienceMs?: number;
}

/** Longer than .NET keeps an idle connection: the host never sends on one that is being closed. */
const KEEP_ALIVE_MS = 130_000;

/**
 * Receives the HTTP requests that the Functions host forwards where streaming is on. The invocation
 * itself comes by RPC, without method, headers or body.
 *
 * Every request is answered: one whose invocation does not come (older hosts take the id of a sender
 * that names one) with 503, so that it costs nobody a connection for four minutes.
 */
export class StreamServer {
  readonly #server: Server;
  readonly #options: StreamServerOptions;
  readonly #held = new Map<string, Held>();
  readonly #wanted = new Map<string, (exchange: Exchange) => void>();

  /** Listens on a free port of this machine. */
  static async open(options: StreamServerOptions): Promise<StreamServer> {
    const opened = new StreamServer(options);
    const listening = Promise.withResolvers<void>();
    opened.#server.once('error', listening.reject).listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    // A process that has nothing else to do may end.
    opened.#server.unref();
    return opened;
  }

  private constructor(options: StreamServerOptions) {
    this.#options = options;
    const timeouts = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
    this.#server = createServer(timeouts, (req, res) => this.#receive({ req, res }));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The request of an invocation. @throws {RetryableError} where it does not come */
  claim(invocationId: string): Promise<Exchange> {
    const held = this.#held.get(invocationId);
    if (held) {
      this.#forget(invocationId, held);
      return Promise.resolve(held);
    }
    const wanted = Promise.withResolvers<Exchange>();
    this.#wanted.set(invocationId, wanted.resolve);
    const timer = setTimeout(() => wanted.reject(createLostError()), this.#patience);
    return wanted.promise.finally(() => {
      clearTimeout(timer);
      this.#wanted.delete(invocationId);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #patience(): number {
    return this.#options.patienceMs ?? 30_000;
  }

  #receive({ req, res }: Exchange): void {
    const id = String(req.headers[INVOCATION_HEADER] ?? '');
    const claim = this.#wanted.get(id);
    if (claim) claim({ req, res });
    else if (id === '' || this.#held.has(id)) this.#refuse({ req, res });
    else this.#hold(id, { req, res });
  }

  #hold(id: string, exchange: Exchange): void {
    const timer = setTimeout(() => {
      this.#forget(id, held);
      this.#refuse(exchange);
    }, this.#patience);
    const held = { ...exchange, timer };
    this.#held.set(id, held);
    exchange.res.once('close', () => {
      if (this.#held.get(id) === held) this.#forget(id, held);
    });
  }

  #forget(id: string, { timer }: Held): void {
    clearTimeout(timer);
    this.#held.delete(id);
  }

  #refuse(exchange: Exchange): void {
    sendAnswer(exchange, this.#options.toProblem(createLostError()));
  }
}

function createLostError(): RetryableError {
  return new RetryableError(
    'request_lost',
    'A request that the Functions host forwards, and its invocation, did not find each other.',
  );
}
