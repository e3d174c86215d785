import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CoreLog } from '../worker/core-api.ts';
import type { HttpData } from '../worker/core-types.ts';
import type { Invoker } from '../worker/invoker.ts';
import { toTraceContext } from '../worker/trace-context.ts';
import type { AdminApi } from './admin-api.ts';
import type { BodyReader } from './body-reader.ts';
import type { Cors } from './cors.ts';
import type { Gate } from './gate.ts';
import { type Headers, toHeaders, toQuery } from './http-request.ts';
import { sendEmpty, sendResult, sendText } from './http-response.ts';
import type { HttpStreams, Streamed } from './http-streams.ts';
import { drainBody } from './refuse-body.ts';
import { createRouter, type HttpRoute, type RouteMatch, type Router } from './router.ts';

export interface HttpFrontOptions {
  routes: readonly HttpRoute[];
  invoker: Invoker;
  admin: AdminApi;
  log: CoreLog;
  logsRequests: boolean;
  gate: Gate;
  bodies: BodyReader;
  /** Undefined: requests go by RPC. */
  streams: HttpStreams | undefined;
  cors: Cors | undefined;
  env: NodeJS.ProcessEnv;
}

/**
 * Passes requests to functions. One object serves all functions, with few allocations per request.
 */
export class HttpFront {
  readonly #options: HttpFrontOptions;
  readonly #route: Router;

  constructor(options: HttpFrontOptions) {
    this.#options = options;
    this.#route = createRouter(options.routes);
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const { admin, cors, logsRequests } = this.#options;
    const url = toOriginForm(req.url ?? '/');
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const search = mark < 0 ? '' : url.slice(mark + 1);
    if (logsRequests) this.#logRequest(req, res, path);
    if (cors?.(req, res)) return;
    // The admin API comes before functions: not even {*path} can override MVC's routes.
    if (isAdminPath(path) && admin.handle(req, res, path, search)) return;
    const match = this.#route(req.method ?? 'GET', path);
    if (match) this.#admit(req, res, match, { url, search });
    else this.#answerUnmatched(req, res, path);
  }

  #admit(
    req: IncomingMessage,
    res: ServerResponse,
    match: RouteMatch,
    { url, search }: { url: string; search: string },
  ): void {
    if (!this.#options.gate.admits(req, res, { level: match.route.authLevel, search })) return;
    const headers = toHeaders(req.rawHeaders);
    const http: HttpData = {
      method: req.method ?? 'GET',
      url: `http://${headers.host ?? 'localhost'}${url}`,
      headers,
      query: toQuery(search),
      params: match.params,
    };
    const { streams } = this.#options;
    if (streams) this.#stream(streams, http, { req, res, match, url });
    else this.#receive(req, res, match, http);
  }

  /** Forwards the request; an app may answer before a body of known length is read, as below. */
  #stream(streams: HttpStreams, http: HttpData, streamed: Omit<Streamed, 'trace'>): void {
    const { traceparent, tracestate } = http.headers as Headers;
    if (this.#answersEarly(http, streamed)) return;
    streams.serve({ ...streamed, trace: toTraceContext(traceparent, tracestate) });
  }

  /**
   * Reads only a body of known length, as the host checks nothing but `ContentLength > 0`. An app may
   * answer before: what it would refuse anyway is then not read.
   */
  #receive(req: IncomingMessage, res: ServerResponse, match: RouteMatch, http: HttpData): void {
    const length = Number(http.headers?.['content-length'] ?? 0);
    if (!(length > 0)) {
      req.resume();
      void this.#serve(res, match, http);
      return;
    }
    if (this.#answersEarly(http, { req, res, match })) return;
    this.#options.bodies.read(req, res, (bytes) => {
      http.body = { bytes };
      void this.#serve(res, match, http);
    });
  }

  #answersEarly(http: HttpData, request: Pick<Streamed, 'req' | 'res' | 'match'>): boolean {
    const { req, res, match } = request;
    if (!(Number(http.headers?.['content-length'] ?? 0) > 0)) return false;
    const early = this.#options.invoker.answerHead(match.route.fn, http);
    if (!early) return false;
    sendResult(res, { http: early });
    drainBody(req);
    return true;
  }

  async #serve(res: ServerResponse, match: RouteMatch, http: HttpData): Promise<void> {
    const headers = http.headers as Headers;
    const trace = toTraceContext(headers.traceparent, headers.tracestate);
    const response = await this.#options.invoker.invoke(match.route.fn, { http }, { trace });
    try {
      if (!response) sendEmpty(res, 500);
      else sendResult(res, response.returnValue);
    } catch (error) {
      this.#options.log('error', 'system', `Response of ${match.route.fn.name} failed: ${error}`);
      if (!res.headersSent) sendEmpty(res, 500);
    }
  }

  /** The real host serves a page at / where no function does. */
  #answerUnmatched(req: IncomingMessage, res: ServerResponse, path: string): void {
    const { AzureWebJobsDisableHomepage: isDisabled } = this.#options.env;
    if (path !== '/') sendEmpty(res, 404);
    else if (!this.#options.gate.admits(req, res, { level: 'function', search: '' })) return;
    else if (isDisabled?.toLowerCase() === 'true') sendEmpty(res, 204);
    else sendText(res, 200, 'The local Functions host is up and running.');
  }

  #logRequest(req: IncomingMessage, res: ServerResponse, path: string): void {
    const startedAt = performance.now();
    res.on('finish', () => {
      const took = (performance.now() - startedAt).toFixed(1);
      this.#options.log('debug', 'system', `${req.method} ${path} ${res.statusCode} ${took} ms`);
    });
  }
}

/** A proxy's request line contains the whole URL. */
function toOriginForm(url: string): string {
  if (url.startsWith('/')) return url;
  const parsed = URL.parse(url);
  return parsed ? parsed.pathname + parsed.search : `/${url}`;
}

function isAdminPath(path: string): boolean {
  return (path[1] === 'a' || path[1] === 'A') && path.slice(0, 7).toLowerCase() === '/admin/';
}
