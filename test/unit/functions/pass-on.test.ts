import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { passOn } from '../../../functions/stream/pass-on.ts';
import { toHead, Wire } from '../../helpers/wire.ts';

async function listen(server: Server): Promise<string> {
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** @returns what came back from the library's server, which answers with the path it was asked for */
async function expectAnswer(path: string, answer: string, headers = {}): Promise<void> {
  const library = await listen(createServer(({ url }, res) => void res.end(`library ${url}`)));
  const front = createServer((req, res) => passOn({ req, res }, `http://${library}/`));
  using socket = await Wire.open(`http://${await listen(front)}`);
  socket.write(toHead(path, { 'Content-Length': 2, ...headers }), '{}');
  await expect.poll(() => socket.received).toContain(answer);
}

describe('a request that is passed on to the library', () => {
  it('keeps its path', async () => {
    await expectAnswer('/user?a=//b&c=%20', 'library /user?a=//b&c=%20');
  });

  it('goes to no other host that its path names', async () => {
    const other = await listen(createServer((_, res) => void res.end('other')));
    await expectAnswer(`//${other}/user`, `library //${other}/user`);
    await expectAnswer(`/\\${other}/user`, `library /\\${other}/user`);
  });

  it('may announce trailers beside its length', async () => {
    await expectAnswer('/user', 'library /user', { Trailer: 'X-Sum' });
  });
});
