import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendToCosmos } from '../../../shared/heddle/adapters/azure/cosmos-request.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const open = new AbortController().signal;
const request = { method: 'GET', headers: {}, timeoutMs: 60_000, signal: open };

const SILENT: Readonly<Record<string, RequestListener>> = {
  'no answer': () => {},
  'half an answer': (_, response) => {
    response.writeHead(200, { 'content-length': 9 }).write('half');
  },
};

describe.each(Object.entries(SILENT))('a request that gets %s', (_, listener) => {
  it('fails after its time', async () => {
    const url = await listen(listener);
    const sent = sendToCosmos({ ...request, url, timeoutMs: 50 });
    await expect(sent).rejects.toMatchObject({ code: 'TimeoutError' });
  });

  it('fails when it is called off, and is not sent after that', async () => {
    const url = await listen(listener);
    const abort = new AbortController();
    const sent = sendToCosmos({ ...request, url, signal: abort.signal });
    await once(server, 'request');
    abort.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    const late = sendToCosmos({ ...request, url, signal: abort.signal });
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('a connection that is cut is an error with its code', async () => {
  const url = await listen((incoming) => incoming.socket.destroy());
  await expect(sendToCosmos({ ...request, url })).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('an answer that is no JSON is told by its status', async () => {
  const url = await listen((_, response) => response.writeHead(502).end('<html>'));
  await expect(sendToCosmos({ ...request, url })).rejects.toMatchObject({
    ...{ code: 502, substatus: 0, message: 'status 502' },
  });
});
