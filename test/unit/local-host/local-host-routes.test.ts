import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRoute } from '../../../infra/local/http/compile-route.ts';
import {
  createRoute,
  createRouter,
  type HttpRoute,
  normalizePath,
} from '../../../infra/local/http/router.ts';
import type { HostedFunction } from '../../../infra/local/worker/hosted-function.ts';

const match = (template: string, path: string) => compileRoute(template).match(path);

describe('a route template', () => {
  it.each([
    ['a/b', '/a/b', {}],
    ['a/b', '/A/B/', {}],
    ['a/b', '/a', undefined],
    ['a/b', '/a/b/c', undefined],
    ['/', '/', {}],
    ['users/{id}', '/users/x y', { id: 'x y' }],
    ['users/{id}', '/users/', undefined],
    ['users/{id}', '/users//', undefined],
    ['users/{id?}', '/users', {}],
    ['users/{id=me}', '/users/', { id: 'me' }],
    ['{a=1}/{b=2}/{c?}', '/', { a: '1', b: '2' }],
    ['{a=1}/{b=2}/{c?}', '/x', { a: 'x', b: '2' }],
    ['{a?}/end', '/end', undefined],
    ['files/{*path}', '/files', {}],
    ['files/{*path}', '/files/', {}],
    ['files/{*path}', '/files/a/b/', { path: 'a/b/' }],
    ['files/{*path}', '/files//a', undefined],
    ['files/{**path}', '/files/a//b', { path: 'a//b' }],
    ['files/{*path=index}', '/files', { path: 'index' }],
    ['{name}.{ext}', '/a.b.c', { name: 'a.b', ext: 'c' }],
    ['{name}.{ext?}', '/a', { name: 'a' }],
    ['v{version}-{rest}', '/v1-x-y', { version: '1-x', rest: 'y' }],
    ['a.b', '/aXb', undefined],
    ['{{literal}}', '/{literal}', {}],
  ])('%s and %s give %j', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it.each([
    ['int', ['0', '-7', '2147483647'], ['2147483648', '1.5', 'x']],
    ['long', ['9223372036854775807'], ['9223372036854775808']],
    ['bool', ['true', 'FALSE'], ['1']],
    ['double', ['1.5', '-2', '1e3'], ['x']],
    ['guid', ['c0ffee00-1234-4abc-8def-0123456789ab'], ['c0ffee']],
    ['alpha', ['Abc'], ['a1']],
    ['length(3)', ['abc'], ['ab', 'abcd']],
    ['length(2,3)', ['ab', 'abc'], ['a', 'abcd']],
    ['minlength(2):maxlength(3)', ['ab'], ['a', 'abcd']],
    ['min(18)', ['18'], ['17', 'x']],
    ['max(5)', ['-1'], ['6']],
    ['range(1,3)', ['2'], ['4']],
    ['datetime', ['2026-01-31'], ['soon']],
    ['regex(^\\d{{3}}$)', ['123'], ['12', '1234']],
    ['regex(^(a|b)/?$)', ['a', 'B'], ['c']],
  ])('{x:%s} takes %j and not %j', (constraint, taken, refused) => {
    const route = compileRoute(`{x:${constraint}}`);
    for (const value of taken) expect(route.match(`/${value}`), value).toEqual({ x: value });
    for (const value of refused) expect(route.match(`/${value}`), value).toBeUndefined();
  });

  it('checks an optional parameter only when it is there', () => {
    expect(match('{id:int?}', '/')).toEqual({});
    expect(match('{id:int?}', '/x')).toBeUndefined();
  });

  it.each(['a//b', '{a', 'a}', '{}', '{a}/{A}', '{*a}/b', '{a:nothing}', '{a:min(x)}', '{a}}'])(
    '%s is refused',
    (template) => {
      expect(() => compileRoute(template)).toThrow(SyntaxError);
    },
  );

  it('without parameters matches its own text, whatever that is', () => {
    const segment = fc.stringMatching(/^[a-z0-9.*+?()[\]^$|\\-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = segments.join('/');
        expect(match(path, `/${path.toUpperCase()}`)).toEqual({});
        expect(match(path, `/${path}x`)).toBeUndefined();
      }),
    );
  });
});

describe('a router', () => {
  const routesOf = (...triggers: [string, object][]) => {
    const routes: HttpRoute[] = [];
    for (const [name, trigger] of triggers) {
      routes.push(createRoute({ name, trigger } as unknown as HostedFunction, 'api', routes));
    }
    return createRouter(routes);
  };

  it('looks up static paths in a table that keeps the order of the functions', () => {
    const route = routesOf(
      ['a', { route: 'x/{id}', methods: ['GET'] }],
      ['b', { route: 'x/y', methods: ['GET', 'POST'] }],
    );
    expect(route('GET', '/api/x/y')?.route.fn.name).toBe('a');
    expect(route('POST', '/api/x/y')?.route.fn.name).toBe('b');
    expect(route('POST', '/API/x/Y/')?.route.fn.name).toBe('b');
    expect(route('PUT', '/api/x/y')).toBeUndefined();
  });

  it('takes the name of the function for its route, and every method, unless told', () => {
    const route = routesOf(['Hello', {}]);
    expect(route('PATCH', '/api/hello')?.route.fn.name).toBe('Hello');
  });

  it('never hands the same params to two requests', () => {
    const route = routesOf(
      ['a', { route: '{id}', methods: ['GET'] }],
      ['b', { route: 'x', methods: ['GET'] }],
    );
    expect(route('GET', '/api/x')?.params).not.toBe(route('GET', '/api/x')?.params);
  });
});

describe('a path', () => {
  it.each([
    ['/a%20b', '/a b'],
    ['/%C3%A9%2F%2f', '/é%2F%2F'],
    ['/%ff%zz', '/%ff%zz'],
    ['/a/./b/../c', '/a/c'],
    ['/a/b/..', '/a/'],
    ['/../a', '/a'],
    ['/.well-known/x', '/.well-known/x'],
  ])('%s is read as %s', (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });
});
