import type { HttpHandler } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { RejectedError } from '../shared/heddle/errors/errors.ts';
import type { WebhookRequest } from '../shared/heddle/sources/source.ts';
import type { RawHandler, RawRequest } from './host-protocol.ts';
import { type Answer, toAnswer, toProblem } from './reply.ts';

type Received = Omit<WebhookRequest, 'receivedAt'>;

/** The parts of a route: the kind, where the function has several, and the source's name, if any. */
type Params = Readonly<Record<string, string>>;

/** Answers the webhooks of one source kind, or of several. */
export type AnswerWebhook = (params: Params, request: Received) => Promise<Answer>;

/**
 * Creates the webhook of a source kind. The Functions host passes a chunked body on as an empty
 * one, so that is answered 411 and not as a forgery.
 */
export function createWebhook(app: () => App, kind: string): AnswerWebhook {
  return ({ name }, request) => answerWebhook(app(), kind, name, request);
}

/**
 * Creates the webhook of the kinds of sources that the app defines. Another kind, or a method that
 * the kind does not have, is answered 404, as the host answers where no route matches.
 */
export function createOwnWebhook(app: () => App): AnswerWebhook {
  return async (params, request) => {
    const opened = app();
    try {
      const kind = findOwnKind(opened, params, request.method);
      return await answerWebhook(opened, kind, params.name, request);
    } catch (error) {
      return toProblem(error, opened.logger);
    }
  };
}

/** @throws {RejectedError} 404 */
export function findOwnKind({ ownKinds }: App, params: Params, method: string): string {
  const wanted = params.kind?.toLowerCase();
  const own = ownKinds.find(({ kind }) => kind === wanted);
  if (own?.methods.some((one) => one === method)) return own.kind;
  throw new RejectedError('source_unknown', 'There is no such source.');
}

async function answerWebhook(
  { logger, now, receive }: App,
  kind: string,
  name: string | undefined,
  request: Received,
): Promise<Answer> {
  try {
    if (request.body.length === 0 && request.headers.get('transfer-encoding') !== null) {
      throw new RejectedError('length_required', 'Send the body with a Content-Length.');
    }
    return toAnswer(await receive(kind, name, { ...request, receivedAt: now() }));
  } catch (error) {
    return toProblem(error, logger);
  }
}

/** Adapts the webhook to the library's handler. */
export function toHttpHandler(answer: AnswerWebhook): HttpHandler {
  return async (request, { traceContext }) => {
    const { method, headers, query, params } = request;
    const body = Buffer.from(await request.arrayBuffer());
    const traceparent = traceContext?.traceParent;
    return answer(params, { method, headers, query, body, traceparent });
  };
}

/** Adapts the webhook to a handler of the host's own request. */
export function toRawHandler(answer: AnswerWebhook): RawHandler {
  return ({ method, headers, query, params, body, traceparent }: RawRequest) =>
    answer(params, {
      ...{ method, body, traceparent },
      headers: toHeaders(headers),
      query: new URLSearchParams(query),
    });
}

/** @param headers names are in lower case */
export function toHeaders(headers: RawRequest['headers']): Received['headers'] {
  return {
    get: (name) => headers[name.toLowerCase()] ?? null,
    keys: () => Object.keys(headers),
  };
}
