import { type RouteName, routeHeads } from '../shared/heddle/api/routes/heads.ts';
import type { App } from '../shared/heddle/composition/open-app.ts';
import type { RawHead } from './host-protocol.ts';
import { type Answer, toProblem } from './reply.ts';
import { findOwnKind, toHeaders } from './webhooks.ts';

/** Answers a request to a function before its body is read; undefined: the body is to be read. */
export type AnswerHead = (functionName: string, head: RawHead) => Answer | undefined;

/** Throws for a request that is refused by its head. */
export type CheckHead = (functionName: string, head: RawHead) => void;

type Check = (app: App, head: RawHead) => void;

/**
 * Refuses by the head alone what would be refused anyway: an unknown source, a body above the limit of
 * its source or of the API. Only the local host asks so early, and we do where HTTP is streamed;
 * otherwise the host in Azure has read the body.
 * @param kinds the kind of source of each webhook's function; without one it is in the path
 */
export function createHeadCheck(
  app: () => App,
  kinds: ReadonlyMap<string, string | undefined>,
): CheckHead {
  const checks = new Map<string, Check>();
  for (const [name, kind] of kinds) checks.set(name, createWebhookCheck(kind));
  for (const { name } of routeHeads) checks.set(name, createRouteCheck(name));
  return (name, head) => checks.get(name)?.(app(), head);
}

/** As {@link createHeadCheck}, with the answer of a request that is refused. */
export function createHeadAnswer(
  app: () => App,
  kinds: ReadonlyMap<string, string | undefined>,
): AnswerHead {
  const check = createHeadCheck(app, kinds);
  return (name, head) => {
    try {
      check(name, head);
      return undefined;
    } catch (error) {
      return toProblem(error, app().logger);
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
