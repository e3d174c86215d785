import type { IncomingMessage } from 'node:http';

/**
 * Headers that YARP does not copy; `Host` becomes the worker's, and `Expect` is answered here.
 * https://github.com/dotnet/yarp/blob/main/src/ReverseProxy/Forwarder/RequestUtilities.cs
 */
const notCopied = new Set([
  ...['connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'proxy-connection', 'te'],
  ...['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization', 'proxy-features'],
  ...['proxy-instruction', 'security-scheme', 'alpn', 'close', 'http2-settings', 'alt-svc'],
  ...['upgrade-insecure-requests', 'host', 'expect'],
  // Node's client throws where one comes with a Content-Length, and trailers are dropped anyway.
  'trailer',
  ...['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-prefix'],
]);

const invocationHeader = 'x-ms-invocation-id';

/** Repeated headers are joined by a comma and a space, as by .NET's HTTP client. */
export function toForwardedHeaders(
  { headers: { host }, rawHeaders, socket }: IncomingMessage,
  invocationId: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    const value = rawHeaders[at + 1] as string;
    if (notCopied.has(name)) continue;
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  // `TryAdd`: a sender's own stays.
  headers[invocationHeader] ??= invocationId;
  headers['x-forwarded-for'] = socket.remoteAddress ?? '';
  headers['x-forwarded-proto'] = 'http';
  headers['x-forwarded-host'] = host ?? '';
  return headers;
}
