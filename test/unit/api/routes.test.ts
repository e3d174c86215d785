import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRoute, createRouter, type HttpRoute } from '../../../infra/local/http/router.ts';
import { indexFunctions } from '../../../infra/local/worker/hosted-function.ts';
import { type RouteHead, routeHeads } from '../../../shared/heddle/api/routes/heads.ts';
import { routes } from '../../../shared/heddle/api/routes/routes.ts';

const heads: readonly RouteHead[] = routeHeads;
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** Indexes functions and creates their routes as the host does: sorted by name. */
function createRoutes(given: readonly RouteHead[]): readonly HttpRoute[] {
  const functions = new Map(given.map((head) => [head.name, toRegistered(head)]));
  const index = indexFunctions({ functions } as unknown as Parameters<typeof indexFunctions>[0]);
  expect(index.errors).toEqual(new Map());
  const created: HttpRoute[] = [];
  for (const fn of index.functions) created.push(createRoute(fn, '', created));
  return created;
}

function toRegistered({ name, method, path }: RouteHead) {
  const trigger = { type: 'httpTrigger', direction: 'in', route: path, methods: [method] };
  return { metadata: { name, bindings: { trigger } }, callback: async () => {}, entryPoint: name };
}

/** The function that a request to a route reaches, with a value that no other path has. */
function findReached(router: ReturnType<typeof createRouter>, { method, path }: RouteHead) {
  return router(method, `/${path.replaceAll(/\{\w+\}/g, 'some-value')}`)?.route.fn.name;
}

const hidden = (given: readonly RouteHead[]) => {
  const router = createRouter(createRoutes(given));
  return given.filter((head) => findReached(router, head) !== head.name).map(({ name }) => name);
};

describe('the route table', () => {
  it('has the details of each head, once', () => {
    const names = heads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(routes.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    for (const route of routes) expect(route).toMatchObject(findHead(route.name));
  });

  it('has no route that another hides in the order of function names', () => {
    expect(hidden(heads)).toEqual([]);
  });

  it('would hide a route whose name comes after one that takes its path too', () => {
    const late = { name: 'api-trigger-zoo', path: 'api/v1/triggers/zoo', method: 'GET' } as const;
    expect(hidden([...heads, { ...late, role: 'reader' }])).toEqual(['api-trigger-zoo']);
  });

  it('changes nothing by GET, and asks everybody for a role but those who ask for health', () => {
    for (const { name, method, role } of heads) {
      expect(role, name).toBe(
        name === 'health' ? 'none' : method === 'GET' ? 'reader' : 'operator',
      );
    }
  });

  it('says of each route in one line what it does', () => {
    for (const { name, summary } of routes) {
      expect(summary, name).toMatch(/^[A-Z][a-z]+s [^\n]{5,90}\.$/);
    }
  });

  it('takes an Idempotency-Key and logs its caller only where something changes', () => {
    for (const route of routes) {
      const { name, method } = route;
      const changes = ['takesKey', 'isLogged'].some((field) => field in route);
      expect(changes, name).toBe(method === 'POST');
    }
  });

  it('is what the README lists', () => {
    const [, table = ''] = /^\| endpoint \| \|\n([\s\S]*?)\n\n/m.exec(readme) ?? [];
    const listed = table.split('\n').flatMap((line) => readRow(line));
    const isWebhook = (endpoint: string) => endpoint.includes('/webhooks/');
    const written = listed.filter((endpoint) => !isWebhook(endpoint));
    expect(written.toSorted()).toEqual(
      heads.map(({ method, path }) => `${method} /${path}`).sort(),
    );
  });
});

function findHead(name: string): RouteHead {
  const head = heads.find((one) => one.name === name);
  if (!head) throw new Error(`there is no head of ${name}`);
  return head;
}

/** Reads the first cell of a row: a method is that of the endpoint before where none is written. */
function readRow(line: string): readonly string[] {
  const [, cell = ''] = /^\| ([^|]*) \|/.exec(line) ?? [];
  let method = '';
  return [...cell.matchAll(/`(?:([A-Z]+) )?(\/[^`?]*)[^`]*`/g)].map(([, given = method, path]) => {
    method = given;
    return `${given} ${path}`;
  });
}
