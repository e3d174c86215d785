import type { z } from 'zod';
import { InvariantError } from '../../errors/errors.ts';
import type { Api } from '../api.ts';
import { answerRequest, type Call, callRoute, checkHead } from '../request/answer.ts';
import type { ApiAnswer, ApiRequest, RequestHead } from '../request/request.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { emitRoutes } from './emit.ts';
import { eventRoutes } from './events.ts';
import { explainRoutes } from './explain.ts';
import type { RouteName } from './heads.ts';
import { healthRoutes } from './health.ts';
import { liveRoutes } from './live.ts';
import { replayRoutes } from './replays.ts';
import type { AnyRoute } from './route.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { sourceRoutes } from './sources.ts';
import { triggerRoutes } from './triggers.ts';

/** The route table. */
export const routes = [
  ...healthRoutes,
  ...eventRoutes,
  ...explainRoutes,
  ...runRoutes,
  ...triggerRoutes,
  ...emitRoutes,
  ...scheduleRoutes,
  ...replayRoutes,
  ...sourceRoutes,
  ...deadLetterRoutes,
  ...liveRoutes,
] as const;

type Routes = (typeof routes)[number];

/** The answer of a route. */
export type AnswerOf<N extends RouteName> = z.output<
  Extract<Routes, { readonly name: N }>['response']
>;

const byName = new Map<RouteName, AnyRoute>(routes.map((route) => [route.name, route]));

export function findRoute(name: RouteName): AnyRoute {
  const route = byName.get(name);
  if (route) return route;
  throw new InvariantError(`there are no details of the route ${name}`);
}

/** Calls and answers routes for an app. */
export interface RouteCaller {
  /** Answers a request that came over HTTP. */
  answer(name: RouteName, request: ApiRequest): Promise<ApiAnswer>;
  /** Refuses a request before its body is read; throws RejectedError. */
  checkHead(name: RouteName, head: RequestHead): void;
  /** Calls a route from within, without HTTP; `by` is `local` by default. */
  call<N extends RouteName>(name: N, call?: Partial<Call>): Promise<AnswerOf<N>>;
}

/** @param open creates what one call works with */
export function createRouteCaller(open: () => Api): RouteCaller {
  return {
    checkHead: (name, head) => checkHead(findRoute(name), open(), head),
    answer: async (name, request) => answerRequest(findRoute(name), open(), request),
    call: async <N extends RouteName>(name: N, call: Partial<Call> = {}) =>
      (await callRoute(findRoute(name), open(), { by: { kind: 'local' }, ...call })) as AnswerOf<N>,
  };
}
