import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from '../start-error.ts';
import { exceedsBodyLimit, refuseBody } from './body-limit.ts';

const address = '127.0.0.1';
/**
 * Kestrel's time-out: a client that keeps its connection must not find it closed after Node's 5 s.
 */
const keepAliveMs = 130_000;

/** Listens from the start, and holds requests until a handler is set. */
export class HttpServer {
  readonly #server: Server;
  #held: [IncomingMessage, ServerResponse][] = [];
  #handle: RequestListener = (req, res) => void this.#held.push([req, res]);
  #isClosing = false;

  constructor() {
    const onRequest: RequestListener = (req, res) => {
      if (this.#isClosing) res.shouldKeepAlive = false;
      this.#handle(req, res);
    };
    this.#server = createServer({ keepAliveTimeout: keepAliveMs }, onRequest);
    this.#server.on('checkContinue', (req, res) => {
      if (exceedsBodyLimit(req)) {
        refuseBody(req, res);
      } else {
        res.writeContinue();
        onRequest(req, res);
      }
    });
  }

  /** Resolves to the port in use, which differs from `port` when that is 0. */
  async listen(port: number): Promise<number> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('error', listening.reject);
    this.#server.listen(port, address, listening.resolve);
    try {
      await listening.promise;
    } catch (error) {
      throw toStartError(error, port);
    }
    return (this.#server.address() as AddressInfo).port;
  }

  serve(handle: RequestListener): void {
    this.#handle = handle;
    for (const [req, res] of this.#held) handle(req, res);
    this.#held = [];
  }

  /** Accepts no more connections, ends the idle ones, and waits for responses in progress. */
  close(): Promise<void> {
    this.#isClosing = true;
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    const poll = setInterval(() => this.#server.closeIdleConnections(), 20);
    return closed.promise.finally(() => clearInterval(poll));
  }
}

function toStartError(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is in use. Stop the other process or choose another: npm start -- --port ${toOther(port)}`,
    );
  }
  if (code === 'EACCES') {
    return new StartError(
      `Port ${port} is for privileged processes. Choose another: npm start -- --port 7071`,
    );
  }
  return error;
}

function toOther(port: number): number {
  return port < 65_535 ? port + 1 : 7071;
}
