import type { HttpHandler, HttpRequest, InvocationContext } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { RejectedError } from '../shared/errors.ts';
import type { WebhookRequest } from '../shared/sources/source.ts';
import { toProblem, toReplyResponse } from './reply.ts';

/**
 * The handler of one kind's webhooks. The Functions host hands a chunked body over as an empty
 * one, so that is answered as such and not as a forgery.
 */
export function createWebhookHandler(app: () => App, kind: string): HttpHandler {
  return async (request, context) => {
    const { logger, now, receive } = app();
    try {
      const webhook = await toWebhookRequest(request, context, now());
      return toReplyResponse(await receive(kind, request.params.name, webhook));
    } catch (error) {
      return toProblem(error, logger);
    }
  };
}

async function toWebhookRequest(
  request: HttpRequest,
  { traceContext }: InvocationContext,
  receivedAt: number,
): Promise<WebhookRequest> {
  const { method, headers, query } = request;
  const body = Buffer.from(await request.arrayBuffer());
  if (body.length === 0 && headers.get('transfer-encoding') !== null) {
    throw new RejectedError(411, 'length_required', 'Send the body with a Content-Length.');
  }
  return { method, headers, query, body, receivedAt, traceparent: traceContext?.traceParent };
}
