import { type HttpHandler, type HttpRequest, app as host } from '@azure/functions';
import { type RouteName, routeHeads } from '../shared/heddle/api/routes/heads.ts';
import type { App } from '../shared/heddle/composition/open-app.ts';
import type { RawHandler } from './host-protocol.ts';
import { toAnswer, toProblem } from './reply.ts';
import { toHeaders } from './webhooks.ts';

/**
 * Registers the functions of the route table. In Azure they need a function key, but for those of
 * the role `none`; on a laptop, as with `func start`, they do not.
 */
export function registerApi(app: () => App): void {
  for (const { name, method, path, role } of routeHeads) {
    host.http(name, {
      route: path,
      methods: [method],
      authLevel: role === 'none' ? 'anonymous' : 'function',
      handler: createApiHandler(app, name),
    });
  }
}

/** Handlers of the same functions for requests as the host sends them, where HTTP is streamed. */
export function createRawApi(app: () => App): ReadonlyMap<string, RawHandler> {
  return new Map(routeHeads.map(({ name }) => [name, createRawApiHandler(app, name)]));
}

function createRawApiHandler(app: () => App, name: RouteName): RawHandler {
  return async ({ headers, query, ...request }) => {
    const given = { headers: toHeaders(headers), query: new URLSearchParams(query) };
    return toAnswer(await app().answer(name, { ...request, ...given }));
  };
}

/** Creates a handler that passes the request on as it came. */
export function createApiHandler(
  app: () => Pick<App, 'answer' | 'logger'>,
  name: RouteName,
): HttpHandler {
  return async (request, { traceContext }) => {
    try {
      const { method, headers, params } = request;
      const query = restoreProto(request);
      const body = Buffer.from(await request.arrayBuffer());
      const traceparent = traceContext?.traceParent;
      const given = { method, headers, params, query, body, traceparent };
      return toAnswer(await app().answer(name, given));
    } catch (error) {
      return toProblem(error, app().logger);
    }
  };
}

/**
 * Restores a parameter that the library loses: it copies what the Functions host sends into an object,
 * where `__proto__` is not a key.
 */
function restoreProto({ query, url }: Pick<HttpRequest, 'query' | 'url'>): URLSearchParams {
  const sent = /__proto__|%5f/i.test(url) ? URL.parse(url)?.searchParams.get('__proto__') : null;
  if (sent === null || sent === undefined) return query;
  const restored = new URLSearchParams(query);
  restored.set('__proto__', sent);
  return restored;
}
