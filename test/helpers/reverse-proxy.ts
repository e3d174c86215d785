import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Makes the headers that a proxy sends on, of those that it got. */
export type PassOn = (headers: IncomingHttpHeaders, target: URL) => IncomingHttpHeaders;

/** Starts a reverse proxy on a free port, as a tunnel's agent is one. @returns its port */
export async function startProxy(target: URL, passOn: PassOn): Promise<number> {
  const server = createServer((req, res) => {
    const { method, headers, url: path } = req;
    const { hostname, port } = target;
    const onward = request({ hostname, port, path, method, headers: passOn(headers, target) });
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}
