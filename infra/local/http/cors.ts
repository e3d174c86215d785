import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** Allows the requesting page to read the response; returns true when it answered a preflight. */
export type Cors = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Undefined unless `Host.CORS` is set: OPTIONS then goes to the routes like any other method. */
export function createCors(origins: readonly string[]): Cors | undefined {
  if (origins.length === 0) return undefined;
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  return (req, res) => {
    const { origin } = req.headers;
    if (origin === undefined) return false;
    if (allowed.has('*')) res.setHeader('access-control-allow-origin', '*');
    else if (allowed.has(origin.toLowerCase())) allowOrigin(res, origin);
    else return isPreflight(req) && answerPreflight(res);
    return isPreflight(req) && allowPreflight(req, res);
  };
}

function allowOrigin(res: ServerResponse, origin: string): void {
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('vary', 'Origin');
}

function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && 'access-control-request-method' in req.headers;
}

function allowPreflight(req: IncomingMessage, res: ServerResponse): true {
  const method = req.headers['access-control-request-method'];
  const headers = req.headers['access-control-request-headers'];
  if (method) res.setHeader('access-control-allow-methods', method);
  if (headers) res.setHeader('access-control-allow-headers', headers);
  return answerPreflight(res);
}

function answerPreflight(res: ServerResponse): true {
  sendEmpty(res, 204);
  return true;
}
