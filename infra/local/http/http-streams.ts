import { randomUUID } from 'node:crypto';
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import type { CoreLog } from '../worker/core-api.ts';
import type { TraceContext } from '../worker/core-types.ts';
import type { Invoker } from '../worker/invoker.ts';
import type { BodyReader } from './body-reader.ts';
import { toForwardedHeaders } from './forwarded-headers.ts';
import { sendEmpty } from './http-response.ts';
import type { RouteMatch } from './router.ts';
import { toStreamMetadata } from './stream-metadata.ts';

export interface HttpStreamOptions {
  /** The worker's capability `HttpUri`. */
  readonly uri: string;
  readonly invoker: Invoker;
  readonly bodies: BodyReader;
  readonly log: CoreLog;
}

/** A request on its way to the worker. */
export interface Streamed {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly match: RouteMatch;
  /** The path and query as they were sent. */
  readonly url: string;
  readonly trace: TraceContext;
}

/** ForwarderRequestConfig.ActivityTimeout of the real host. */
const activityMs = 240_000;

/**
 * Forwards HTTP requests to the worker, as the host does for a worker with the capability `HttpUri`:
 *
 * 1. The invocation goes by RPC as well, with an empty HTTP request and the `triggerMetadata`.
 * 2. A body with a length is read as a whole first, since the metadata has fields of it; one in chunks
 *    is passed on as it comes.
 * 3. The answer is what comes by HTTP. A function that throws before it answers leaves the request open
 *    until the time-out.
 * 4. The header `x-ms-invocation-id` of a sender wins, and the invocation then has no request.
 *
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/Server/DefaultHttpProxyService.cs
 */
export class HttpStreams {
  readonly #options: HttpStreamOptions;
  readonly #agent = new Agent({ keepAlive: true, timeout: 60_000 });

  constructor(options: HttpStreamOptions) {
    this.#options = options;
  }

  serve(streamed: Streamed): void {
    const { req, res } = streamed;
    const { bodies } = this.#options;
    if (Number(req.headers['content-length'] ?? 0) > 0) {
      bodies.read(req, res, (body) => this.#forward(streamed, body).end(body));
    } else if (req.headers['transfer-encoding'] === undefined) {
      req.resume();
      this.#forward(streamed).end();
    } else {
      const out = this.#forward(streamed);
      // YARP does not wait for the first bytes of the body either.
      out.flushHeaders();
      bodies.pass(req, res, out);
    }
  }

  #forward(streamed: Streamed, body?: Buffer): ClientRequest {
    const { req, res, match, url, trace } = streamed;
    const { uri, invoker } = this.#options;
    const invocationId = randomUUID();
    // The path as it is: resolved against the URI, `//other.example/` would name another host.
    const { hostname, port } = new URL(uri);
    const out = request({
      ...{ hostname, port, path: url, method: req.method ?? 'GET' },
      ...{ agent: this.#agent, timeout: activityMs },
      headers: { ...toForwardedHeaders(req, invocationId), ...toFraming(req) },
    });
    out.on('response', (answer) => copyAnswer(answer, res));
    out.on('timeout', () => fail(res, out, 504));
    out.on('error', (error) => this.#giveUp(streamed, out, error));
    res.once('close', () => out.destroy());
    const triggerMetadata = toStreamMetadata({ req, match, url, body });
    const options = { trace, invocationId, triggerMetadata };
    void invoker.invoke(match.route.fn, { http: {} }, options);
    return out;
  }

  #giveUp({ res, match }: Streamed, out: ClientRequest, error: Error): void {
    if (res.headersSent || res.destroyed) return;
    this.#options.log('error', 'system', `A request to ${match.route.fn.name} was lost: ${error}`);
    fail(res, out, 502);
  }
}

/** Without it, Node's client sends a body of GET or DELETE unframed: it would be read as more requests. */
function toFraming({ headers }: IncomingMessage): Record<string, string> {
  return headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
}

/** Headers of one connection, which a proxy does not pass on. */
const ofConnection = new Set(['connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'te']);

function copyAnswer(answer: IncomingMessage, res: ServerResponse): void {
  if (res.headersSent) return void answer.resume();
  const { rawHeaders } = answer;
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!ofConnection.has(name.toLowerCase())) headers.push(name, value);
  }
  res.writeHead(answer.statusCode ?? 502, headers);
  pipeline(answer, res, () => undefined);
}

function fail(res: ServerResponse, out: ClientRequest, status: 502 | 504): void {
  out.destroy();
  if (!res.headersSent && !res.destroyed) sendEmpty(res, status);
}
