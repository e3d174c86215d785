import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCall {
  readonly method: string | undefined;
  /** The decoded path without the query. */
  readonly path: string[];
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface WebPubSubService {
  readonly url: string;
  readonly connectionString: string;
  readonly key: string;
  readonly calls: ReceivedCall[];
  /** Responses in place of acceptance, call by call. */
  readonly refusals: { readonly status: number; readonly headers?: Record<string, string> }[];
  close(): Promise<void>;
}

/**
 * Accepts calls signed as Web PubSub requires:
 * https://learn.microsoft.com/azure/azure-web-pubsub/reference-rest-api-data-plane
 */
export async function startWebPubSubService(): Promise<WebPubSubService> {
  const key = Buffer.from('the access key of a test, no secret').toString('base64');
  const calls: ReceivedCall[] = [];
  const refusals: WebPubSubService['refusals'] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = `http://${request.headers.host}${request.url}`;
    const body = await text(request);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (readToken(token, key)?.aud !== url) return void response.writeHead(401).end();
    // Somebody asks whether a group has members: /health does.
    if (request.method === 'HEAD') return void response.writeHead(404).end();
    const refusal = refusals.shift();
    if (refusal !== undefined)
      return void response.writeHead(refusal.status, refusal.headers).end();
    calls.push({
      method: request.method,
      path: new URL(url).pathname.split('/').map(decodeURIComponent),
      contentType: request.headers['content-type'],
      body,
    });
    response.writeHead(202).end();
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    connectionString: `Endpoint=http://localhost;Port=${port};AccessKey=${key};Version=1.0;`,
    key,
    calls,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Reads the claims of a token that the key has signed and that has not expired (RFC 7519, HS256).
 */
export function readToken(token: string, key: string): Record<string, unknown> | undefined {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const expected = createHmac('sha256', key).update(`${head}.${claims}`).digest();
  const received = Buffer.from(signature, 'base64url');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return undefined;
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  return read.exp * 1000 > Date.now() ? read : undefined;
}
