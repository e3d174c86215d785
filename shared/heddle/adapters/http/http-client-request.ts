import { TerminalError } from '../../errors/errors.ts';
import type { HttpRequest } from '../../ports/http-client.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Headers that delimit requests on a connection, which only the client may set. */
const OWN_HEADERS = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade'],
  ...['expect', 'te', 'trailer', 'proxy-connection'],
]);

/** A request that is safe to send. */
export interface CheckedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | undefined;
}

/**
 * Checks a request. Messages name the host only, as the rest of a URL may be a secret.
 * @throws {TerminalError} `request_invalid`
 */
export function checkRequest({
  url: text,
  method,
  headers = {},
  body,
}: HttpRequest): CheckedRequest {
  const url = parseUrl(text);
  if (!METHODS.includes(method)) throw refuse(`the method is none of ${METHODS.join(', ')}`);
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const bytes = body === undefined ? undefined : Buffer.from(body, 'utf8');
  const length = bytes ? { 'content-length': bytes.length } : {};
  return { url, method, headers: { ...headers, ...length }, body: bytes };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw refuse('expected an absolute URL such as https://api.example/orders');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(`expected a URL with https: or http:, received ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse(`${url.host}: a URL may have no credentials: send them as a header`);
  }
  return url;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
function checkHeader(name: string, value: unknown): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw refuse('the name of a header is not valid');
  if (OWN_HEADERS.has(name.toLowerCase())) throw refuse(`the header ${name} cannot be set`);
  if (typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw refuse(`the header ${name} has line breaks or other characters that no header may have`);
  }
}

function refuse(reason: string): TerminalError {
  return new TerminalError('request_invalid', `the HTTP request cannot be sent: ${reason}`);
}
