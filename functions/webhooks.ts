import type { HttpHandler } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { RejectedError } from '../shared/heddle/errors/errors.ts';
import type { WebhookRequest } from '../shared/heddle/sources/source.ts';
import type { RawHandler, RawRequest } from './raw-http.ts';
import { type Answer, toAnswer, toProblem } from './reply.ts';

/** Answers the webhooks of one source kind; `name` is the source's name in the route, if any. */
export type AnswerWebhook = (
  name: string | undefined,
  request: Omit<WebhookRequest, 'receivedAt'>,
) => Promise<Answer>;

/**
 * Creates the webhook of a source kind. The Functions host passes a chunked body on as an empty
 * one, so that is answered 411 and not as a forgery.
 */
export function createWebhook(app: () => App, kind: string): AnswerWebhook {
  return async (name, request) => {
    const { logger, now, receive } = app();
    try {
      if (request.body.length === 0 && request.headers.get('transfer-encoding') !== null) {
        throw new RejectedError(411, 'length_required', 'Send the body with a Content-Length.');
      }
      return toAnswer(await receive(kind, name, { ...request, receivedAt: now() }));
    } catch (error) {
      return toProblem(error, logger);
    }
  };
}

/** Adapts the webhook to the library's handler. */
export function toHttpHandler(answer: AnswerWebhook): HttpHandler {
  return async (request, { traceContext }) => {
    const { method, headers, query, params } = request;
    const body = Buffer.from(await request.arrayBuffer());
    const traceparent = traceContext?.traceParent;
    return answer(params.name, { method, headers, query, body, traceparent });
  };
}

/** Adapts the webhook to a handler of the host's own request. */
export function toRawHandler(answer: AnswerWebhook): RawHandler {
  return ({ method, headers, query, params, body, traceparent }: RawRequest) =>
    answer(params.name, {
      ...{ method, body, traceparent },
      headers: {
        get: (name) => headers[name.toLowerCase()] ?? null,
        keys: () => Object.keys(headers),
      },
      query: new URLSearchParams(query),
    });
}
