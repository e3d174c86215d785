import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BodyMemory } from '../../../infra/local/http/body-memory.ts';
import { BodyReader } from '../../../infra/local/http/body-reader.ts';
import { compileRoute } from '../../../infra/local/http/compile-route.ts';
import { toForwardedHeaders } from '../../../infra/local/http/forwarded-headers.ts';
import type { RouteMatch } from '../../../infra/local/http/router.ts';
import { toStreamMetadata } from '../../../infra/local/http/stream-metadata.ts';

function createRequest(...rawHeaders: string[]): IncomingMessage {
  const req = { rawHeaders, headers: { host: 'hooks.example' }, socket: { remoteAddress: '::1' } };
  return req as unknown as IncomingMessage;
}

describe('a request that is forwarded', () => {
  it('names its invocation and where it came from, and leaves out what is of its connection', () => {
    const req = createRequest(
      ...['Host', 'hooks.example', 'Connection', 'close', 'Transfer-Encoding', 'chunked'],
      ...['X-Tag', 'one', 'x-tag', 'two', 'X-Forwarded-For', '203.0.113.9', 'X-Empty', ''],
      ...['Trailer', 'X-Sum'],
    );
    expect(toForwardedHeaders(req, 'i1')).toEqual({
      ...{ 'x-tag': 'one, two', 'x-empty': '', 'x-ms-invocation-id': 'i1' },
      ...{ 'x-forwarded-for': '::1', 'x-forwarded-proto': 'http' },
      'x-forwarded-host': 'hooks.example',
    });
  });

  it('keeps the invocation that its sender names', () => {
    const headers = toForwardedHeaders(createRequest('X-MS-Invocation-Id', 'mine'), 'i1');
    expect(headers['x-ms-invocation-id']).toBe('mine');
  });
});

describe('the metadata of a request that is forwarded', () => {
  const read = (body: string | undefined, query = '', path = '/hooks/acme') => {
    const compiled = compileRoute('hooks/{name?}');
    const match = { route: { compiled }, params: compiled.match(path) } as unknown as RouteMatch;
    const req = createRequest('X-Tag', 'one', 'x-tag', 'two');
    const bytes = body === undefined ? undefined : Buffer.from(body);
    return toStreamMetadata({ req, match, url: `${path}${query}`, body: bytes });
  };
  const HEADERS = { json: '{"X-Tag":"one,two"}' };

  it('has fields of the body, then the query, then the route', () => {
    expect(
      read('{"NAME":"b","zen":"b","n":1,"list":[1],"no":null}', '?zen=q&zen=r&code=k'),
    ).toEqual({
      ...{ NAME: { string: 'acme' }, zen: { string: 'r' }, n: { string: '1' } },
      ...{ Query: { json: '{"zen":"r","code":"k"}' }, Headers: HEADERS },
    });
  });

  it('has no parameter that the route has not, whatever the body says', () => {
    expect(read('{"name":"b"}', '?Name=q', '/hooks')).toEqual({
      ...{ Query: { json: '{"Name":"q"}' }, Headers: HEADERS },
    });
  });

  it('hides the headers behind a field or parameter of that name', () => {
    expect(read('{"headers":{"x-tag":"three"}}').headers).toEqual({ json: '{"x-tag":"three"}' });
    expect(read(undefined, '?HEADERS=q')).toMatchObject({ HEADERS: { string: 'q' } });
    expect(read(undefined, '?HEADERS=q')).not.toHaveProperty('Headers');
    expect(read('not JSON').Headers).toEqual(HEADERS);
  });
});

describe('a body in chunks that is passed on', () => {
  async function pass(memory: BodyMemory, answer?: number) {
    const parts: Buffer[] = [];
    const out = new Writable({
      highWaterMark: 1,
      write: (chunk, _, done) => setImmediate(done, void parts.push(chunk) as never),
    });
    const server = createServer((req, res) => {
      new BodyReader(memory, { minBytesPerSecond: 0, graceMs: 60_000 }).pass(req, res, out);
      if (answer) res.writeHead(answer).end();
      else out.once('finish', () => res.end());
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const sender = request({ port, host: '127.0.0.1', method: 'POST' }).on(
      'error',
      () => undefined,
    );
    onTestFinished(() => void sender.destroy());
    return { sender, out, text: () => Buffer.concat(parts).toString() };
  }
  const answerTo = async (sender: ReturnType<typeof request>) =>
    ((await once(sender, 'response')) as [IncomingMessage])[0].resume().statusCode;

  it('arrives as it was sent, and counts until the request is answered', async () => {
    const memory = new BodyMemory(100);
    const { sender, text } = await pass(memory);
    sender.write('one');
    await expect.poll(text).toBe('one');
    expect(memory.bytes).toBe(3);
    sender.end('two');
    expect(await answerTo(sender)).toBe(200);
    expect(text()).toBe('onetwo');
    await expect.poll(() => memory.bytes).toBe(0);
  });

  it('waits for a slow receiver, on whom it leaves nothing with each wait', async () => {
    const { sender, out, text } = await pass(new BodyMemory(10_000));
    const listeners = () => out.listenerCount('close') + out.listenerCount('drain');
    const before = listeners();
    const part = 'x'.repeat(100);
    for (let sent = 1; sent <= 12; sent++) {
      sender.write(part);
      await expect.poll(() => text().length).toBe(sent * part.length);
    }
    expect(listeners()).toBeLessThanOrEqual(before + 2);
    sender.end();
    expect(await answerTo(sender)).toBe(200);
  });

  it('is refused where memory has no room for it, and ends there', async () => {
    const memory = new BodyMemory(3);
    const { sender, out } = await pass(memory);
    sender.write('more than three');
    expect(await answerTo(sender)).toBe(503);
    expect(out.destroyed).toBe(true);
    expect(memory.bytes).toBe(0);
  });

  it('takes no memory once the request is answered', async () => {
    const memory = new BodyMemory(100);
    const { sender, out } = await pass(memory, 413);
    sender.write('one');
    expect(await answerTo(sender)).toBe(413);
    await expect.poll(() => out.destroyed).toBe(true);
    sender.write('two');
    await expect.poll(() => memory.bytes).toBe(0);
  });
});
