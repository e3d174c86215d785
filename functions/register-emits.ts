import { type HttpHandler, type HttpRequest, app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { RejectedError } from '../shared/heddle/errors/errors.ts';
import type { Reply, WebhookRequest } from '../shared/heddle/sources/source.ts';
import { toAnswer, toProblem } from './reply.ts';

type Taken = Pick<WebhookRequest, 'headers' | 'body' | 'traceparent'>;

/**
 * Registers the endpoints that take in events of API callers. In Azure they need a function key.
 */
export function registerEmits(app: () => App): void {
  const post = (name: string, route: string, take: Parameters<typeof createPostHandler>[1]) =>
    host.http(name, {
      route: `api/v1/${route}`,
      methods: ['POST'],
      authLevel: 'function',
      handler: createPostHandler(app, take),
    });
  post('api-emit', 'emit', (taken) => app().emit(taken));
  post('api-trigger-emit', 'triggers/emit', (taken) => app().emit(taken));
  post('api-trigger-execute', 'triggers/{name}/execute', (taken, { name = '' }) =>
    app().execute(name, taken),
  );
}

/** Creates a handler that passes the body on as it came. */
export function createPostHandler(
  app: () => App,
  take: (taken: Taken, params: HttpRequest['params']) => Promise<Reply>,
): HttpHandler {
  return async (request, { traceContext }) => {
    try {
      const { headers, params } = request;
      const body = Buffer.from(await request.arrayBuffer());
      // The Functions host passes a chunked body on as an empty one.
      if (body.length === 0 && headers.get('transfer-encoding') !== null) {
        throw new RejectedError(411, 'length_required', 'Send the body with a Content-Length.');
      }
      return toAnswer(
        await take({ headers, body, traceparent: traceContext?.traceParent }, params),
      );
    } catch (error) {
      return toProblem(error, app().logger);
    }
  };
}
