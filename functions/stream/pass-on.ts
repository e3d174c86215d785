import { request } from 'node:http';
import { pipeline } from 'node:stream';
import type { Exchange } from './exchange.ts';

/**
 * Passes a forwarded request on, as it is, to the library's own server, for functions that the library
 * serves. @param url of that server
 */
export function passOn({ req, res }: Exchange, url: string): void {
  const target = new URL(req.url ?? '/', url);
  const { method = 'GET', rawHeaders: headers } = req;
  const out = request(target, { method, headers, agent: false }, (answer) => {
    if (res.headersSent) return void answer.resume();
    res.writeHead(answer.statusCode ?? 500, withoutConnection(answer.rawHeaders));
    pipeline(answer, res, () => undefined);
  });
  res.once('close', () => out.destroy());
  // The function fails, and the request is answered, if the library does not get it.
  out.on('error', () => undefined);
  pipeline(req, out, () => undefined);
}

/** Headers of the connection to the library's server, which say nothing about this one. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function withoutConnection(raw: readonly string[]): string[] {
  const isKept = (at: number) => !OF_CONNECTION.has((raw[at - (at % 2)] ?? '').toLowerCase());
  return raw.filter((_, at) => isKept(at));
}
