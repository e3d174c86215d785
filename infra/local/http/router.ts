import type { HostedFunction } from '../worker/hosted-function.ts';
import { type CompiledRoute, compileRoute, type RouteParams } from './compile-route.ts';

export interface HttpRoute {
  readonly fn: HostedFunction;
  /** The route in the function's options, or the function's name; without the prefix. */
  readonly template: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly authLevel: string;
  readonly compiled: CompiledRoute;
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly params: RouteParams;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

/**
 * Creates a route. Throws where the real host puts the function in error. `earlier` are the routes
 * before it.
 */
export function createRoute(fn: HostedFunction, prefix: string, earlier: HttpRoute[]): HttpRoute {
  const { route, methods, authLevel } = fn.trigger;
  const template = typeof route === 'string' && route.trim() !== '' ? route : fn.name;
  const path = prefix ? `${prefix}/${template}` : template;
  const created = {
    fn,
    template,
    path: path.replace(/^\//, ''),
    methods: Array.isArray(methods) ? methods.map((name) => String(name).toUpperCase()) : [],
    authLevel: String(authLevel ?? 'anonymous').toLowerCase(),
    compiled: compileRoute(path),
  };
  refuseConflicts(created, earlier);
  return created;
}

/** https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Host/ScriptHost.cs */
function refuseConflicts(route: HttpRoute, earlier: HttpRoute[]): void {
  const key = toConflictKey(route);
  if (key.startsWith('admin') || key.startsWith('runtime')) {
    throw new Error('The specified route conflicts with one or more built in routes.');
  }
  const rival = earlier.find((other) => toConflictKey(other) === key && shareMethod(route, other));
  if (rival) {
    throw new Error(
      `The route specified conflicts with the route defined by function '${rival.fn.name}'.`,
    );
  }
}

function toConflictKey(route: HttpRoute): string {
  return route.template.replace(/^\/+|\/+$/g, '').toLowerCase();
}

/** An empty list of methods means every method. */
function shareMethod(a: HttpRoute, b: HttpRoute): boolean {
  if (a.methods.length === 0 || b.methods.length === 0) return true;
  return a.methods.some((method) => b.methods.includes(method));
}

/** Creates a router in which the first matching route wins. Static paths are cached in a table. */
export function createRouter(routes: readonly HttpRoute[]): Router {
  const search: Router = (method, path) => findMatch(routes, method, path);
  const table = createTable(routes, search);
  return (method, path) => table.get(method)?.get(path) ?? search(method, normalizePath(path));
}

function createTable(routes: readonly HttpRoute[], search: Router) {
  const table = new Map<string, Map<string, RouteMatch>>();
  for (const { compiled, methods } of routes) {
    for (const method of compiled.literal === undefined ? [] : methods) {
      const path = compiled.literal ?? '';
      const match = search(method, path);
      // A match with params is not cached: its params become the app's, so two requests cannot
      // share them.
      if (match && Object.keys(match.params).length === 0 && path === normalizePath(path)) {
        table.set(method, (table.get(method) ?? new Map()).set(path, match));
      }
    }
  }
  return table;
}

function findMatch(
  routes: readonly HttpRoute[],
  method: string,
  path: string,
): RouteMatch | undefined {
  for (const route of routes) {
    if (route.methods.length > 0 && !route.methods.includes(method)) continue;
    const params = route.compiled.match(path);
    if (params) return { route, params };
  }
  return undefined;
}

/**
 * Normalizes a path as Kestrel does: resolves dot segments, and decodes all escapes except the
 * slash.
 */
export function normalizePath(path: string): string {
  const decoded = path.includes('%') ? path.replace(/(?:%[0-9a-f]{2})+/gi, decode) : path;
  return decoded.includes('/.') ? resolveDots(decoded) : decoded;
}

function decode(escapes: string): string {
  try {
    return decodeURIComponent(escapes.replace(/%2f/gi, '%252F'));
  } catch {
    return escapes;
  }
}

function resolveDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments.slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const endsInDots = /^\.{1,2}$/.test(segments.at(-1) ?? '');
  return `/${kept.join('/')}${endsInDots && kept.length > 0 ? '/' : ''}`;
}
