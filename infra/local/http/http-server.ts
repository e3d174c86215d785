import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StartError } from '../start-error.ts';
import { closeAfterBody } from './refuse-body.ts';

/**
 * Kestrel's time-out: a client that keeps its connection must not find it closed after Node's 5 s.
 */
const keepAliveMs = 130_000;

/** Bounds of what clients may hold without having sent a whole request. */
export interface ConnectionBounds {
  readonly maxConnections: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** Some thousand connections are a few MB. Times are ms; Node answers 408 after them. */
const defaultBounds: ConnectionBounds = {
  ...{ maxConnections: 2000, connectionsCheckingInterval: 2000 },
  ...{ headersTimeout: 15_000, requestTimeout: 120_000 },
};

/** Listens from the start, and holds requests until a handler is set. */
export class HttpServer {
  readonly #server: Server;
  #held: [IncomingMessage, ServerResponse][] = [];
  #handle: RequestListener = (req, res) => void this.#held.push([req, res]);
  #isClosing = false;

  constructor({ maxConnections, ...timeouts }: ConnectionBounds = defaultBounds) {
    const onRequest: RequestListener = (req, res) => {
      closeAfterBody(req, res);
      if (this.#isClosing) res.shouldKeepAlive = false;
      this.#handle(req, res);
    };
    this.#server = createServer({ keepAliveTimeout: keepAliveMs, ...timeouts }, onRequest);
    // Whoever reads the body says when it may come.
    this.#server.on('checkContinue', onRequest);
    // In a cluster, a connection that is not dropped is handed on for ever.
    Object.assign(this.#server, { maxConnections, dropMaxConnection: true });
    const waiting = trackWaiting(this.#server);
    this.#server.on('drop', () => closeOldest(waiting, Math.ceil(maxConnections / 10)));
    answerAfterHalfClose(this.#server);
  }

  /** Resolves to the port in use, which differs from `port` when that is 0. */
  async listen(port: number, address: string): Promise<number> {
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

/** Connections without a request, the oldest first: idle, silent, or with half a head. */
function trackWaiting(server: Server): ReadonlySet<Socket> {
  const waiting = new Set<Socket>();
  const onRequest = ({ socket }: IncomingMessage, res: ServerResponse) => {
    waiting.delete(socket);
    res.once('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  };
  server.on('connection', (socket: Socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
  });
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  return waiting;
}

/** Makes room: nobody keeps others out by what costs nothing to hold. */
function closeOldest(waiting: ReadonlySet<Socket>, count: number): void {
  for (const socket of [...waiting].slice(0, count)) socket.destroy();
}

/**
 * Answers a client that closes its writing side after a whole request, as `nc -N` does. Node has this as
 * a property that its documentation leaves out.
 */
function answerAfterHalfClose(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
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
