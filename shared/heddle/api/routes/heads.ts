/**
 * The heads of all routes. Functions are registered from these alone: the details with their schemas
 * and handlers load with the app, since what is loaded before is the cold start.
 *
 * The host tries routes in the order of function names, so a name decides which of two matching
 * routes wins: `api-schedule-preview` comes before `api-schedule-view`, whose `{name}` would take
 * `preview` too.
 */

/** The role that a route asks for. Today the host asks for a function key wherever it is not `none`. */
export type Role = 'none' | 'reader' | 'operator' | 'admin';

export interface RouteHead {
  /** The function's name. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Without a leading slash; parameters in braces. */
  readonly path: string;
  readonly role: Role;
}

export const routeHeads = [
  { name: 'health', method: 'GET', path: 'health', role: 'none' },

  read('api-events', 'events'),
  read('api-trigger-all-events', 'triggers/events'),
  read('api-event', 'events/{id}'),
  read('api-event-explain', 'events/{id}/explain'),

  read('api-runs', 'runs'),
  read('api-run', 'runs/{id}'),
  change('api-run-cancel', 'runs/{id}/cancel'),

  read('api-triggers', 'triggers'),
  read('api-trigger-stats', 'triggers/stats'),
  read('api-trigger-view', 'triggers/{name}'),
  read('api-trigger-events', 'triggers/{name}/events'),
  read('api-trigger-runs', 'triggers/{name}/runs'),
  read('api-trigger-explain', 'triggers/{name}/explain'),
  change('api-trigger-pause', 'triggers/{name}/pause'),
  change('api-trigger-resume', 'triggers/{name}/resume'),

  change('api-emit', 'emit'),
  change('api-trigger-emit', 'triggers/emit'),
  change('api-trigger-execute', 'triggers/{name}/execute'),

  read('api-schedules', 'schedules'),
  read('api-schedule-preview', 'schedules/preview'),
  read('api-schedule-view', 'schedules/{name}'),
  read('api-schedule-fires', 'schedules/{name}/preview'),
  change('api-schedule-run', 'schedules/{name}/run'),

  change('api-replay-run', 'runs/{id}/replay'),
  change('api-replay-event', 'events/{id}/replay'),
  change('api-replay-start', 'replays'),
  read('api-replays', 'replays'),
  read('api-replay', 'replays/{id}'),
  change('api-replay-abort', 'replays/{id}/abort'),
  change('api-replay-resume', 'replays/{id}/resume'),

  read('api-sources', 'sources'),
  read('api-dead-letters', 'dead-letters'),
  change('api-resubmit', 'dead-letters/{id}/resubmit'),
  change('api-live', 'live'),
] as const satisfies readonly RouteHead[];

export type RouteName = (typeof routeHeads)[number]['name'];

/** The parameters in the path of a route. */
export type RouteParams<N extends RouteName> = ParamsIn<
  Extract<(typeof routeHeads)[number], { readonly name: N }>['path']
>;

type ParamsIn<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & ParamsIn<Rest>
  : unknown;

function read<N extends string, P extends string>(name: N, path: P) {
  return { name, method: 'GET', path: `api/v1/${path}`, role: 'reader' } as const;
}

function change<N extends string, P extends string>(name: N, path: P) {
  return { name, method: 'POST', path: `api/v1/${path}`, role: 'operator' } as const;
}
