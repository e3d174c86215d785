import { beforeAll, describe, expect, it } from 'vitest';
import { prepareHeddle } from '../helpers/heddle-host.ts';
import { createHostApp, type RunningHost, startHost } from '../helpers/local-host.ts';
import { LAST_CHUNK, toChunk, toHead, Wire } from '../helpers/wire.ts';

const functions = new URL('../fixtures/stream-functions.ts', import.meta.url).href;
const plain = new URL('../fixtures/plain-app.ts', import.meta.url).href;
const importAll = (...files: string[]) =>
  files.map((file) => `import ${JSON.stringify(file)};`).join('\n');

let host: RunningHost;
const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(host.url + path, { method: 'POST', body: Buffer.from(body), headers });

/** What both apps have from the host and the library. */
function behaveAsEver(): void {
  it('get exactly the bytes, with a length or in chunks, and set each cookie', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const answer = await post('/user/a%20b', bytes);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    expect(answer.headers.get('x-id')).toBe('a b');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    using socket = await Wire.open(host.url);
    socket.write(
      toHead('/user', { 'Transfer-Encoding': 'chunked' }),
      toChunk('hel'),
      toChunk('lo'),
    );
    socket.write(LAST_CHUNK);
    await expect.poll(() => socket.received).toMatch(/hello/);
    expect(socket.statuses).toEqual([200]);
  });
}

describe('functions that the library serves, on the local host', () => {
  beforeAll(async () => {
    host = await startHost({ app: createHostApp({ 'index.js': importAll(functions) }) });
  });

  behaveAsEver();

  it('see headers that the body names instead of their own, as on the real host', async () => {
    const headers = { 'x-given': 'sent', 'content-type': 'application/json' };
    expect(await (await post('/user-header', '{}', headers)).text()).toBe('sent');
    const body = JSON.stringify({ Headers: { 'x-given': 'written' } });
    expect(await (await post('/user-header', body, headers)).text()).toBe('written');
  });

  it('leave a request open where they throw, as on the real host', async () => {
    using socket = await Wire.open(host.url);
    socket.write(toHead('/user-throws', { 'Content-Length': 2 }), '{}');
    await host.waitFor(/Executed 'Functions\.user-throws' \(Failed, Id=/);
    expect(socket.statuses).toEqual([]);
    expect(socket.isClosed).toBe(false);
  });
});

describe('functions that the library serves, beside those of Heddle', () => {
  beforeAll(async () => {
    const app = createHostApp({ 'index.js': importAll(plain, functions) });
    host = await startHost({ app, env: prepareHeddle().env ?? {} });
  });

  behaveAsEver();

  it('answer 500 where they throw, and 204 where they return nothing', async () => {
    expect((await post('/user-throws', '{}')).status).toBe(500);
    expect((await post('/user-nothing', '{}')).status).toBe(204);
  });

  it('leave the webhooks as they are, although somebody else has set streaming', async () => {
    using socket = await Wire.open(host.url);
    const headers = { 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/json' };
    socket.write(toHead('/webhooks/github', headers), toChunk('{}'), LAST_CHUNK);
    await expect.poll(() => socket.statuses).toEqual([401]);
  });
});
