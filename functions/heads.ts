import { type RouteName, routeHeads } from '../shared/heddle/api/routes/heads.ts';
import type { App } from '../shared/heddle/composition/open-app.ts';
import type { RawHead } from './raw-http.ts';
import { type Answer, toProblem } from './reply.ts';
import { findOwnKind, toHeaders } from './webhooks.ts';

/** Answers a request to a function before its body is read; undefined: the body is to be read. */
export type AnswerHead = (functionName: string, head: RawHead) => Answer | undefined;

type Check = (app: App, head: RawHead) => void;

/**
 * Refuses by the head alone what would be refused anyway: an unknown source, a body above the limit of
 * its source or of the API. Only the local host asks so early; in Azure the host has read the body.
 * @param kinds the kind of source of each webhook's function; without one it is in the path
 */
export function createHeadAnswer(
  app: () => App,
  kinds: ReadonlyMap<string, string | undefined>,
): AnswerHead {
  const checks = new Map<string, Check>();
  for (const [name, kind] of kinds) checks.set(name, createWebhookCheck(kind));
  for (const { name } of routeHeads) checks.set(name, createRouteCheck(name));
  return (name, head) => {
    const opened = app();
    try {
      checks.get(name)?.(opened, head);
      return undefined;
    } catch (error) {
      return toProblem(error, opened.logger);
    }
  };
}

function createWebhookCheck(kind: string | undefined): Check {
  return (app, { method, headers, params }) => {
    const asked = kind ?? findOwnKind(app, params, method);
    app.checkWebhook(asked, params.name, { headers: toHeaders(headers) });
  };
}

function createRouteCheck(name: RouteName): Check {
  return (app, { method, headers, query }) =>
    app.checkHead(name, {
      ...{ method, headers: toHeaders(headers), query: new URLSearchParams(query) },
    });
}
