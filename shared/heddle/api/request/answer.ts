import { createTooLargeError } from '../../pipeline/events/index.ts';
import type { Api } from '../api.ts';
import type { AnyRoute } from '../routes/route.ts';
import { type Caller, toCaller, toCallerText } from './caller.ts';
import { refuseCrossSite } from './cross-site.ts';
import { decodeBody, MAX_BODY_BYTES } from './decode-body.ts';
import { parseBody, parseQuery, refuseInborn } from './fields.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import type { ApiAnswer, ApiRequest, RequestHead } from './request.ts';
import { refuseStranger } from './stranger.ts';

/** A call of a route, with its body decoded. */
export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  /** The header Idempotency-Key as it came. */
  readonly key?: string | undefined;
  readonly by: Caller;
  readonly traceparent?: string | undefined;
}

/**
 * Answers a request to a route.
 * @throws {RejectedError} what the caller must change, or may not do
 */
export async function answerRequest(
  route: AnyRoute,
  api: Api,
  request: ApiRequest,
): Promise<ApiAnswer> {
  if (route.method === 'GET') return answerAdmitted(route, api, request);
  try {
    return await answerAdmitted(route, api, request);
  } catch (error) {
    api.noteRefused?.(route.name, error);
    throw error;
  }
}

async function answerAdmitted(route: AnyRoute, api: Api, request: ApiRequest): Promise<ApiAnswer> {
  admitRequest(route, api, request);
  const { params, query, headers, traceparent } = request;
  const key = headers.get('idempotency-key') ?? undefined;
  const by = toCaller(request, api.isAzure);
  const call = { params, query, body: decodeBody(request), key, by, traceparent };
  return toAnswer(route, await callRoute(route, api, call), request);
}

/**
 * Refuses a request by its head, before the body is read where the host can ask so early.
 * @throws {RejectedError} 401, 403, 413
 */
export function checkHead(route: AnyRoute, api: Pick<Api, 'isAzure'>, head: RequestHead): void {
  admitRequest(route, api, head);
  if (Number(head.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw createTooLargeError();
}

/** In Azure the host has asked for a key by now. */
function admitRequest(route: AnyRoute, api: Pick<Api, 'isAzure'>, head: RequestHead): void {
  refuseCrossSite(head);
  if (!api.isAzure && route.role !== 'none') refuseStranger(head);
}

/** Calls a route without HTTP. @returns what its handler returns */
export async function callRoute(route: AnyRoute, api: Api, call: Call): Promise<unknown> {
  const answer = await route.handler(api, parseCall(route, call) as never);
  if (route.isLogged) {
    const fields = { ...call.params, route: route.name, by: toCallerText(call.by) };
    api.engine.logger.info('changed by a call of the API', fields);
  }
  return answer;
}

/** @throws {RejectedError} 400 that names each fault of a part */
export function parseCall(route: AnyRoute, call: Call) {
  const { params = {}, query = new URLSearchParams(), body = {}, key, by, traceparent } = call;
  refuseInborn(query);
  return {
    ...{ params, by, traceparent },
    body: route.body ? parseBody(route.body, body, route.toBodyError) : {},
    query: route.query ? parseQuery(route.query, query) : {},
    key: route.takesKey && key !== undefined ? parseIdempotencyKey(key) : undefined,
  };
}

const NOT_CACHED = { 'cache-control': 'no-store' };

function toAnswer(route: AnyRoute, answer: unknown, request: ApiRequest): ApiAnswer {
  const { status = 200, headers = NOT_CACHED, toText } = route;
  if (toText && wantsText(request)) return { status: 200, text: toText(answer as never), headers };
  return {
    status: typeof status === 'number' ? status : status(answer as never),
    json: answer,
    headers,
  };
}

function wantsText({ query, headers }: ApiRequest): boolean {
  const format = query.get('format');
  if (format !== null) return format === 'text';
  const [first = ''] = (headers.get('accept') ?? '').split(',');
  return first.trim().toLowerCase().startsWith('text/plain');
}
