import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from '../helpers/local-host.ts';

const app = new URL('../fixtures/host-app', import.meta.url).pathname;
let host: RunningHost;

interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  body: string;
  traceParent: string;
  functionName: string;
}

beforeAll(async () => {
  host = await startHost({ app, env: { NIGHTLY: '0 0 3 * * *' } });
});

const get = (path: string, init?: RequestInit) => fetch(host.url + path, init);
const textOf = async (path: string, init?: RequestInit) => (await get(path, init)).text();
const echo = async (path: string, init?: RequestInit) =>
  (await (await get(path, init)).json()) as Echo;

/** Sends bytes on a new connection, and returns all that comes until it is closed. */
function exchange(...parts: string[]): Promise<string> {
  const { hostname, port } = new URL(host.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(parts.join('')));
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

describe('routes', () => {
  it('are tried in the order of function names, not by how specific they are', async () => {
    expect((await echo('/items/recent')).functionName).toBe('A-item');
  });

  it('answer a wrong method with 404, never 405', async () => {
    expect((await get('/hello', { method: 'POST' })).status).toBe(404);
    expect((await get('/hello', { method: 'HEAD' })).status).toBe(404);
    expect((await get('/hello', { method: 'OPTIONS' })).status).toBe(404);
  });

  it('ignore case and one trailing slash', async () => {
    expect(await textOf('/HeLLo/')).toBe('hello');
    expect((await get('/hello//')).status).toBe(404);
  });

  it('of one path and different methods belong to different functions', async () => {
    expect(await textOf('/pair')).toBe('read');
    expect(await textOf('/pair', { method: 'POST' })).toBe('write');
  });

  it('taken by two functions put the later name in error and the rest runs', async () => {
    expect(await textOf('/twin')).toBe('twin-a');
    expect((await get('/twin', { method: 'POST' })).status).toBe(404);
    await host.waitFor(/conflicts with the route defined by function 'twin-a'/);
  });

  it('under admin are refused, even where only the first letters are the same', async () => {
    expect((await get('/administrators')).status).toBe(404);
    await host.waitFor(/The 'reserved' function is in error/);
  });

  it('of a function with an invalid name do not exist', async () => {
    expect((await get('/1-bad-name')).status).toBe(404);
    await host.waitFor(/'1-bad-name' is not a valid function name/);
  });

  it('pick by constraint', async () => {
    expect(await textOf('/users/42')).toBe('number');
    expect(await textOf('/users/ann')).toBe('word');
    expect((await get('/users/annabel')).status).toBe(404);
  });

  it('fill defaults and leave optional parameters out', async () => {
    expect((await echo('/reports')).params).toEqual({ year: '2024' });
    expect((await echo('/reports/2020/may')).params).toEqual({ year: '2020', month: 'may' });
  });

  it('hand over decoded parameters, the escaped slash excepted', async () => {
    expect((await echo('/items/a%20%C3%A9%2Fb')).params).toEqual({ id: 'a é%2Fb' });
    expect((await echo('/echo/a/b%3F/c')).params).toEqual({ rest: 'a/b?/c' });
    expect((await echo('/echo')).params).toEqual({});
  });
});

describe('a request', () => {
  it('carries its bytes exactly as sent', async () => {
    const sent = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { body } = await echo('/echo', { method: 'POST', body: sent });
    expect(Buffer.from(body, 'base64')).toEqual(sent);
  });

  it('of several chunks on the wire arrives in one piece', async () => {
    const sent = Buffer.alloc(300_000, 'heddle ');
    const { body } = await echo('/echo', { method: 'POST', body: sent });
    expect(Buffer.from(body, 'base64').equals(sent)).toBe(true);
  });

  it('without Content-Length arrives empty, and the connection lives on', async () => {
    const answer = await exchange(
      'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"body":""');
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it('with GET loses its body', async () => {
    const answer = await exchange(
      'GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
    );
    expect(answer).toContain('"body":""');
  });

  it('over 100 MiB is refused with 413 before the body is sent', async () => {
    const head = `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${100 * 1024 * 1024 + 1}\r\n`;
    expect(await exchange(head, 'Expect: 100-continue\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 413/,
    );
    expect(await exchange(head, 'Connection: close\r\n\r\nfirst bytes')).toMatch(/^HTTP\/1\.1 413/);
  });

  it('joins repeated query keys by a comma, whatever their case', async () => {
    const { query } = await echo('/echo?tag=a&x=&Tag=b+c&tag=%26');
    expect(query).toEqual({ tag: 'a,b c,&', x: '' });
  });

  it('joins repeated headers by a comma and keeps empty ones', async () => {
    const answer = await exchange(
      'GET /echo HTTP/1.1\r\nHost: a\r\nX-Tag: one\r\nx-tag: two\r\nX-Empty:\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"x-tag":"one,two"');
    expect(answer).toContain('"x-empty":""');
  });

  it('knows the URL that the sender used', async () => {
    const answer = await exchange(
      'GET /echo/x?a=1 HTTP/1.1\r\nHost: hooks.example:81\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"url":"http://hooks.example:81/echo/x?a=1"');
  });

  it('continues the trace of its sender with a span of its own', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { traceParent } = await echo('/echo', { headers: { traceparent } });
    expect(traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(traceParent).not.toBe(traceparent);
  });

  it('without a trace begins one', async () => {
    const pattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;
    const [first, second] = [await echo('/echo'), await echo('/echo')];
    expect(first.traceParent).toMatch(pattern);
    expect(second.traceParent).not.toBe(first.traceParent);
  });

  it('is held to nothing by keys as long as --enableAuth is not given', async () => {
    expect(await textOf('/guarded')).toBe('guarded');
    expect(await textOf('/guarded-admin')).toBe('guarded-admin');
  });
});

describe('a response', () => {
  it('is 200 with a text body by default', async () => {
    const response = await get('/hello');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; ?charset=utf-8$/i);
    expect(response.headers.get('content-length')).toBe('5');
  });

  it('is 204 when the function returns nothing', async () => {
    const response = await get('/nothing');
    expect(response.status).toBe(204);
    expect(response.headers.has('content-length')).toBe(false);
  });

  it.each([
    ['a throw', 'fails', /Error: the handler failed\n +at/],
    ['a return value that is no object', 'wrong-return', /The HTTP response must be an object/],
  ])('after %s is 500 with an empty body', async (_what, name, reason) => {
    const response = await get(`/${name}`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
    await host.waitFor(new RegExp(`Executed 'Functions\\.${name}' \\(Failed, Id=`));
    await host.waitFor(reason);
  });

  it('carries JSON and its status', async () => {
    const response = await get('/json');
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ ok: true });
  });

  it('carries bytes', async () => {
    const bytes = Buffer.from(await (await get('/bytes')).arrayBuffer());
    expect([...bytes]).toEqual([0, 255, 10]);
  });

  it('sets each cookie in a header of its own', async () => {
    expect((await get('/cookies')).headers.getSetCookie()).toEqual([
      'a=1%202; path=/; samesite=strict; httponly',
      'b=x; max-age=60; path=/b; secure; samesite=none',
    ]);
  });

  it('loses all but the last of several set-cookie headers', async () => {
    expect((await get('/collapsed')).headers.getSetCookie()).toEqual(['b=2']);
  });
});

describe('the host itself', () => {
  it('says that it runs', async () => {
    const status = await (await get('/admin/host/status')).json();
    expect(status).toMatchObject({ state: 'Running', version: expect.stringMatching(/^4\./) });
  });

  it('lists the functions that run', async () => {
    const list = (await (await get('/admin/functions')).json()) as { name: string }[];
    expect(list.find(({ name }) => name === 'twin-b')).toBeUndefined();
    expect(list.find(({ name }) => name === 'echo')).toMatchObject({
      isDisabled: false,
      invoke_url_template: expect.stringMatching(/\/echo\/\{\*rest\}$/),
      config: { scriptFile: 'functions/http.ts', bindings: [{ type: 'httpTrigger' }, {}] },
    });
  });

  it('leaves other admin paths to the functions', async () => {
    expect((await get('/admin/nothing/here')).status).toBe(404);
  });

  it('has a page at /', async () => {
    expect((await get('/')).status).toBe(200);
  });

  it('lets no function register once the app has started', async () => {
    expect((await get('/register-late')).status).toBe(500);
    await host.waitFor(/can only be registered during app startup/);
    expect((await get('/late')).status).toBe(404);
  });

  it('writes no line for a request that went well', async () => {
    await get('/hello?quiet=1');
    expect(host.output()).not.toContain('quiet');
  });
});
