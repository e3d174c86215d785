import type { ServerResponse } from 'node:http';
import type { HttpCookie, HttpData, TypedData } from '../worker/core-types.ts';

const noBytes = Buffer.alloc(0);

/** Sends a function's HTTP result; a function without one is answered 204. */
export function sendResult(res: ServerResponse, value: TypedData | null | undefined): void {
  if (value?.http) sendHttp(res, value.http);
  else sendEmpty(res, 204);
}

export function sendEmpty(res: ServerResponse, status: number): void {
  if (status === 204) res.writeHead(204);
  else res.writeHead(status, ['content-length', '0']);
  res.end();
}

export function sendText(res: ServerResponse, status: number, text: string): void {
  sendBytes(res, status, 'text/plain; charset=utf-8', Buffer.from(text));
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  sendBytes(res, status, 'application/json; charset=utf-8', Buffer.from(JSON.stringify(value)));
}

/** Answers with problem details, as the app does. https://www.rfc-editor.org/rfc/rfc9457 */
export function sendProblem(res: ServerResponse, status: 401 | 403, detail: string): void {
  const title = status === 401 ? 'Unauthorized' : 'Forbidden';
  const code = status === 401 ? 'key_required' : 'cross_site';
  const problem = { type: `urn:heddle:problem:${code}`, title, status, code, detail };
  const bytes = Buffer.from(JSON.stringify(problem));
  sendBytes(res, status, 'application/problem+json', bytes);
}

function sendBytes(res: ServerResponse, status: number, type: string, body: Buffer): void {
  res.writeHead(status, ['content-type', type, 'content-length', String(body.length)]);
  res.end(body);
}

function sendHttp(res: ServerResponse, http: HttpData): void {
  const status = Number(http.statusCode ?? 200);
  const body = toBytes(http.body);
  const headers: string[] = [];
  for (const name in http.headers) {
    // The host sets the length and the framing itself.
    if (name === 'content-length' || name === 'transfer-encoding') continue;
    headers.push(name, http.headers[name] as string);
  }
  for (const cookie of http.cookies ?? []) headers.push('set-cookie', toSetCookie(cookie));
  if (status !== 204 && status !== 304) headers.push('content-length', String(body.length));
  res.writeHead(status, headers);
  res.end(body);
}

function toBytes(body: TypedData | null | undefined): Uint8Array {
  if (body?.bytes) return body.bytes;
  if (body?.string !== undefined) return Buffer.from(body.string);
  return noBytes;
}

/** Formats a cookie as ASP.NET does: the path defaults to /, and the value is escaped. */
function toSetCookie(cookie: HttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const parts = [
    `${cookie.name}=${escapeData(cookie.value ?? '')}`,
    seconds ? `expires=${new Date(seconds * 1000).toUTCString()}` : '',
    toAttribute('max-age', cookie.maxAge?.value?.toString()),
    toAttribute('domain', cookie.domain?.value),
    toAttribute('path', cookie.path?.value ?? '/'),
    cookie.secure?.value ? 'secure' : '',
    toSameSite(cookie.sameSite),
    cookie.httpOnly?.value ? 'httponly' : '',
  ];
  return parts.filter(Boolean).join('; ');
}

function toAttribute(name: string, value: string | null | undefined): string {
  return value ? `${name}=${value}` : '';
}

/** `none` on the wire means "not set"; the attribute None is sent as `explicitNone`. */
function toSameSite(value: HttpCookie['sameSite']): string {
  if (!value || value === 'none') return '';
  return `samesite=${value === 'explicitNone' ? 'none' : value}`;
}

// Uri.EscapeDataString escapes these five characters too.
function escapeData(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
