import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../shared/heddle/adapters/http/http-client.ts';

const client = createHttpClient({ allow: ['127.0.0.1'] });
const request = { method: 'POST', timeoutMs: 5000, maxBytes: 1000 };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = (listener: RequestListener) => listen(createServer(listener));
const readText = async (incoming: IncomingMessage) =>
  Buffer.concat(await incoming.toArray()).toString('utf8');

describe('a request', () => {
  it('arrives as it was meant, and its answer comes back', async () => {
    const url = await serve(async (incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      outgoing.writeHead(201, { 'X-Seen': ['a', 'b'] });
      outgoing.end(JSON.stringify({ method, path, headers, body: await readText(incoming) }));
    });
    const { status, headers, body } = await client.send({
      ...{ ...request, url: `${url}/a%20b?c=d#e`, body: '{"ü":1}' },
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'run-1' },
    });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ 'x-seen': 'a, b' });
    expect(JSON.parse(body)).toEqual({
      ...{ method: 'POST', path: '/a%20b?c=d', body: '{"ü":1}' },
      headers: {
        ...{ host: new URL(url).host, connection: 'close', 'content-length': '8' },
        ...{ 'content-type': 'application/json', 'idempotency-key': 'run-1' },
      },
    });
  });

  it('says how long its body is, whatever the method', async () => {
    const url = await serve(async (incoming, outgoing) => outgoing.end(await readText(incoming)));
    for (const method of ['GET', 'DELETE', 'PUT']) {
      expect((await client.send({ ...request, url, method, body: 'text' })).body).toBe('text');
    }
  });

  it('goes by a name that resolves to what is allowed, in one look-up', async () => {
    const { port } = new URL(
      await serve((incoming, outgoing) => outgoing.end(incoming.headers.host)),
    );
    const asked: string[] = [];
    const named = createHttpClient({
      allow: ['127.0.0.0/8'],
      // A name that changes: public at the first lookup, private at the second.
      lookup: (host, callback) => {
        asked.push(host);
        callback(null, [{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
      },
    });
    const { body } = await named.send({ ...request, url: `http://orders.example:${port}/` });
    expect(body).toBe(`orders.example:${port}`);
    expect(asked).toEqual(['orders.example']);
    await expect(
      named.send({ ...request, url: `http://orders.example:${port}/` }),
    ).rejects.toMatchObject({ code: 'address_forbidden' });
  });

  it('does not follow a redirect', async () => {
    const paths: unknown[] = [];
    const url = await serve((incoming, outgoing) => {
      paths.push(incoming.url);
      outgoing.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const { status, headers } = await client.send({ ...request, url });
    expect([status, headers.location, paths]).toEqual([302, '/elsewhere', ['/']]);
  });

  it('asks no proxy', async () => {
    const url = await serve((_, outgoing) => outgoing.end('direct'));
    for (const name of ['NODE_USE_ENV_PROXY', 'HTTP_PROXY', 'http_proxy']) {
      const before = process.env[name];
      process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : 'http://127.0.0.1:1';
      closing.push(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    expect((await client.send({ ...request, url })).body).toBe('direct');
  });
});

describe('an answer', () => {
  it('is cut at its limit, between characters', async () => {
    let isClosed = false;
    const url = await serve((_, outgoing) => {
      outgoing.on('close', () => {
        isClosed = true;
      });
      const write = () => {
        if (!isClosed && outgoing.write('€'.repeat(10_000))) setImmediate(write);
        else outgoing.once('drain', write);
      };
      write();
    });
    const { body } = await client.send({ ...request, url, maxBytes: 100 });
    expect(body).toBe('€'.repeat(33));
    await expect.poll(() => isClosed).toBe(true);
  });

  it('may be exactly as long as its limit, or empty', async () => {
    const url = await serve((incoming, outgoing) =>
      outgoing.end(incoming.url === '/' ? 'abc' : ''),
    );
    expect((await client.send({ ...request, url, maxBytes: 3 })).body).toBe('abc');
    expect((await client.send({ ...request, url: `${url}/none`, maxBytes: 3 })).body).toBe('');
  });

  it.each([
    ['never comes', () => undefined],
    [
      'stops half way',
      (socket: { write(text: string): void }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    ],
  ])('that %s is waited for no longer than said', async (_, begin) => {
    const url = await listen(
      createSocketServer((socket) => {
        closing.push(() => socket.destroy());
        socket.on('error', () => undefined);
        begin(socket);
      }),
    );
    await expect(client.send({ ...request, url, timeoutMs: 100 })).rejects.toMatchObject({
      ...{ name: 'RetryableError', code: 'http_timeout' },
      message: `${new URL(url).host} did not answer within 100 ms`,
    });
  });

  it.each([
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
    ['is none', ''],
    ['is no HTTP', 'hello\r\n\r\n'],
  ])('that %s is worth trying again', async (_, text) => {
    const url = await listen(
      createSocketServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(text));
      }),
    );
    await expect(client.send({ ...request, url: `${url}/s3cr3t?s3cr3t` })).rejects.toMatchObject({
      ...{ name: 'RetryableError', code: 'http_no_answer' },
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ gave no answer \(\w+\)$/),
    });
  });

  it('is not there when nobody listens', async () => {
    const server = createSocketServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    await expect(client.send({ ...request, url })).rejects.toMatchObject({
      ...{ name: 'RetryableError', code: 'http_no_answer' },
      message: `${new URL(url).host} gave no answer (ECONNREFUSED)`,
    });
  });

  it('is given up when the caller is', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    await expect(client.send({ ...request, url, signal: controller.signal })).rejects.toMatchObject(
      {
        ...{ name: 'RetryableError', code: 'http_no_answer' },
      },
    );
  });

  it('is not there when the name is not known', async () => {
    const unknown = createHttpClient({
      allow: [],
      lookup: (_, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    await expect(unknown.send({ ...request, url: 'https://gone.example' })).rejects.toMatchObject({
      ...{ name: 'RetryableError', message: 'gone.example gave no answer (ENOTFOUND)' },
    });
  });
});

describe('a request that cannot be sent', () => {
  it.each([
    ['/relative', 'expected an absolute URL'],
    ['ftp://files.example/', 'received ftp:'],
    ['file:///etc/passwd', 'received file:'],
    ['https://me:s3cr3t@api.example/', 'api.example: a URL may have no credentials'],
    ['https://s3cr3t@api.example/', 'api.example: a URL may have no credentials'],
  ])('has the URL %s', async (url, expected) => {
    const error = await client.send({ ...request, url }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TerminalError', code: 'request_invalid' });
    expect((error as Error).message).toContain(expected);
    expect((error as Error).message).not.toContain('s3cr3t');
  });

  it.each([
    ...[
      ['X-A', 'a\r\nX-B: b'],
      ['X-A', 'a\nb'],
      ['X-A', '\u0000'],
      ['X-A', '☃'],
      ['X A', 'a'],
      ['', 'a'],
    ],
    ...[
      ['X-A\r\nX-B', 'a'],
      ['Host', 'a'],
      ['content-length', '1'],
      ['Transfer-Encoding', 'chunked'],
    ],
    ...[
      ['Connection', 'close'],
      ['UPGRADE', 'h2c'],
      ['Expect', '100-continue'],
      ['TE', 'trailers'],
    ],
  ])('has the header %j: %j', async (name = '', value = '') => {
    const send = client.send({
      ...request,
      url: 'http://127.0.0.1:1/',
      headers: { [name]: value },
    });
    await expect(send).rejects.toMatchObject({ name: 'TerminalError', code: 'request_invalid' });
  });

  it.each(['CONNECT', 'TRACE', 'get', 'GET / HTTP/1.1\r\nX: y'])(
    'has the method %j',
    async (method) => {
      const send = client.send({ ...request, url: 'http://127.0.0.1:1/', method });
      await expect(send).rejects.toMatchObject({ name: 'TerminalError', code: 'request_invalid' });
    },
  );
});
