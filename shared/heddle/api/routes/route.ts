import { z } from 'zod';
import { InvariantError, type RejectedError } from '../../errors/errors.ts';
import type { Api } from '../api.ts';
import type { Caller } from '../request/caller.ts';
import { type RouteHead, type RouteName, type RouteParams, routeHeads } from './heads.ts';

/** A request whose parts have been checked against the route. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The header Idempotency-Key, where the route takes one. */
  readonly key: string | undefined;
  readonly by: Caller;
  /** W3C trace context of the caller. */
  readonly traceparent: string | undefined;
}

/** The details of a route, from which requests to it are parsed and answered. */
export interface RouteDetails<
  N extends RouteName,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  A,
> {
  /** The route in one line. */
  readonly summary: string;
  /** Absent: parameters in the URL are ignored. */
  readonly query?: Query;
  /** Absent: the fields of a body are ignored. */
  readonly body?: Body;
  /** Creates the refusal of an invalid body, where it is not `body_invalid`. */
  readonly toBodyError?: (faults: string) => RejectedError;
  /** Whether the header Idempotency-Key is read. */
  readonly takesKey?: true;
  /** The answer. {@link answerOf} stands for a schema that does not exist yet. */
  readonly response: z.ZodType<A>;
  /** Absent: 200. */
  readonly status?: number | ((answer: A) => number);
  /** Absent: the answer is not to be cached. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer as text, for a person who asks for it by `Accept` or `?format=text`. */
  readonly toText?: (answer: A) => string;
  /** Whether a call is logged with its caller. Calls that bring an event are on record with it. */
  readonly isLogged?: true;
  readonly handler: (
    api: Api,
    request: RouteRequest<RouteParams<N>, z.output<Query>, z.output<Body>>,
  ) => NoInfer<A> | Promise<NoInfer<A>>;
}

export type Route<
  N extends RouteName,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  A,
> = RouteHead & { readonly name: N } & RouteDetails<N, Query, Body, A>;

/** A route of which the types of its parts do not matter. */
export type AnyRoute = Omit<
  Route<RouteName, z.ZodObject, z.ZodType, unknown>,
  'response' | 'status' | 'toText' | 'handler'
> & {
  readonly response: z.ZodType;
  readonly status?: number | ((answer: never) => number);
  readonly toText?: (answer: never) => string;
  readonly handler: (api: Api, request: never) => unknown;
};

/** Nothing is known of the parameters or the body, so the handler cannot use any. */
type Nothing = z.ZodObject<Record<never, never>>;

/** Joins a route's details with its head. */
export function defineRoute<
  N extends RouteName,
  A,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
>(name: N, details: RouteDetails<N, Query, Body, A>): Route<N, Query, Body, A> {
  const head = routeHeads.find((one) => one.name === name);
  if (!head) throw new InvariantError(`there is no head of the route ${name}`);
  return { ...head, name, ...details };
}

/**
 * Stands for the schema of a large view that is a type only: it checks nothing, and a client sees
 * the type.
 */
export function answerOf<T>(): z.ZodType<T> {
  return z.custom<T>();
}

/** A list of views by name, which comes whole. */
export function listOf<T>(item: z.ZodType<T>) {
  return z.strictObject({ items: z.array(item).readonly() });
}

/**
 * A page of a list; the continuation asks for the next. `looked`: the page ended early, after so
 * many documents were looked at since the first page.
 */
export function pageOf<T>(item: z.ZodType<T>) {
  const looked = z.int().exactOptional();
  return listOf(item).extend({ continuation: z.string().exactOptional(), looked });
}
