import { request } from 'node:http';
import { pipeline } from 'node:stream';
import type { Exchange } from './exchange.ts';

/**
 * Passes a forwarded request on, as it is, to the library's own server, for functions that the library
 * serves. @param url of that server
 */
export function passOn({ req, res }: Exchange, url: string): void {
  // The path as it is: resolved against the URL, `//other.example/` would name another host.
  const { hostname, port } = new URL(url);
  const { method = 'GET', url: path = '/' } = req;
  const target = { hostname, port, path, method, agent: false };
  const headers = without(NOT_SENT, req.rawHeaders);
  const out = request({ ...target, headers }, (answer) => {
    if (res.headersSent) return void answer.resume();
    res.writeHead(answer.statusCode ?? 500, without(OF_CONNECTION, answer.rawHeaders));
    pipeline(answer, res, () => undefined);
  });
  res.once('close', () => out.destroy());
  // The function fails, and the request is answered, if the library does not get it.
  out.on('error', () => undefined);
  pipeline(req, out, () => undefined);
}

/** Headers of the connection to the library's server, which say nothing about this one. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** Node's client throws where it comes with a Content-Length. */
const NOT_SENT = new Set(['trailer']);

function without(names: ReadonlySet<string>, raw: readonly string[]): string[] {
  const isKept = (at: number) => !names.has((raw[at - (at % 2)] ?? '').toLowerCase());
  return raw.filter((_, at) => isKept(at));
}
