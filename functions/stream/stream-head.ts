import type { IncomingMessage } from 'node:http';
import type { RawHead, TriggerMetadata, TypedData } from '../host-protocol.ts';
import { INVOCATION_HEADER } from './exchange.ts';

/** Headers that the host's forwarder replaces or adds, so that the sender's are known by RPC alone. */
const REPLACED = new Set([
  ...['host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-prefix'],
  ...[INVOCATION_HEADER, 'expect', 'connection', 'transfer-encoding', 'keep-alive', 'upgrade'],
  ...['proxy-connection', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
  ...['proxy-features', 'proxy-instruction', 'security-scheme', 'alpn', 'close', 'http2-settings'],
  ...['upgrade-insecure-requests', 'te', 'trailer', 'alt-svc'],
]);

/** Names no address and no machine, so that nobody is let in by it. */
const UNKNOWN_CALLER = { 'x-forwarded-for': 'unknown' };

/**
 * Puts the head of a forwarded request together as it is without streaming.
 *
 * 1. The headers in `triggerMetadata` are complete, but a field `headers` at the top of a JSON body, or
 *    a parameter of that name, takes their place there. They count only where they agree with all
 *    headers that were forwarded, and the body has no such field: without a front end, or behind a plain
 *    proxy, all that is forwarded can be guessed.
 * 2. Otherwise the forwarded headers count. Then it is unknown who called: an allow-list refuses.
 * 3. Parameters are looked up by the names in the route, whatever their case: fields of the body and
 *    the query stand beside them, and may have chosen the spelling of their names.
 *
 * @param body undefined: it has not come yet, and what it would prove wrong is still believed
 * @see https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions.Http/HttpTriggerAttributeBindingProvider.cs
 */
export function toStreamHead(req: IncomingMessage, { metadata, route, body }: ToldOf): RawHead {
  const { method = 'GET', url = '/' } = req;
  const told = body && hasFieldHeaders(body) ? {} : metadata;
  return {
    ...{ method, headers: toHeaders(req, told) },
    query: toQuery(URL.parse(url, 'http://localhost')?.searchParams),
    params: toParams(metadata, route),
  };
}

/** What is known of a forwarded request besides itself. */
export interface ToldOf {
  readonly metadata: TriggerMetadata;
  readonly route: string;
  readonly body?: Buffer;
}

type Headers = Readonly<Record<string, string>>;

/** A larger body that names `headers` anywhere is not looked through: anybody can send one. */
const MAX_PARSED_BYTES = 5 * 1024 * 1024;

/** The name, escaped or in UTF-16 as well. */
const MAY_NAME_HEADERS = /h\0?e\0?a\0?d\0?e\0?r\0?s|\\\0?u/i;

/**
 * Whether the body may have a field `headers` at its top. The host reads more than JSON (comments, other
 * quotes, UTF-16), so a body that names it and is no JSON counts too.
 */
function hasFieldHeaders(body: Buffer): boolean {
  if (!MAY_NAME_HEADERS.test(body.toString('latin1'))) return false;
  if (body.length > MAX_PARSED_BYTES) return true;
  try {
    const names = Object.keys(JSON.parse(body.toString('utf8')) ?? {});
    return names.some((name) => name.toLowerCase() === 'headers');
  } catch {
    return true;
  }
}

function toHeaders(req: IncomingMessage, metadata: TriggerMetadata): Headers {
  const forwarded = joinHeaders(req.rawHeaders);
  const sent = readHeaders(find(metadata, 'headers'));
  if (sent && isSame(keepUnreplaced(forwarded), keepUnreplaced(sent))) {
    // The body has come, so how it was framed no longer matters.
    const { 'transfer-encoding': _, ...headers } = sent;
    return headers;
  }
  const host = forwarded['x-forwarded-host'] ?? '';
  return { ...Object.fromEntries(keepUnreplaced(forwarded)), host, ...UNKNOWN_CALLER };
}

/** As the host joins them: repeated ones by a comma without a space. */
function joinHeaders(raw: readonly string[]): Headers {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return headers;
}

function readHeaders(value: TypedData | undefined): Headers | undefined {
  try {
    const parsed: unknown = JSON.parse(value?.json ?? 'null');
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const entries = Object.entries(parsed);
    if (entries.some(([, text]) => typeof text !== 'string')) return undefined;
    return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text as string]));
  } catch {
    return undefined;
  }
}

function keepUnreplaced(headers: Headers): readonly [string, string][] {
  return Object.entries(headers).filter(([name]) => !REPLACED.has(name));
}

/** The forwarder joins repeated headers by a comma and a space. */
function isSame(some: readonly [string, string][], others: readonly [string, string][]): boolean {
  const byName = new Map(others);
  const toPlain = (text: string | undefined) => text?.replace(/,\s+/g, ',').trim();
  return (
    some.length === byName.size &&
    some.every(([name, value]) => toPlain(byName.get(name)) === toPlain(value))
  );
}

/** As the host joins them, whatever the case of their names. */
function toQuery(params: URLSearchParams | undefined): Headers {
  const query: Record<string, string> = Object.create(null);
  const spellings = new Map<string, string>();
  for (const [name, value] of params ?? []) {
    const spelling = spellings.get(name.toLowerCase());
    if (spelling === undefined) {
      spellings.set(name.toLowerCase(), name);
      query[name] = value;
    } else query[spelling] += `,${value}`;
  }
  return query;
}

function toParams(metadata: TriggerMetadata, route: string): Headers {
  const params: Record<string, string> = {};
  for (const [, name = ''] of route.matchAll(/\{\**([A-Za-z_][\w-]*)/g)) {
    const value = find(metadata, name.toLowerCase())?.string;
    if (value !== undefined && value !== null) params[name] = value;
  }
  return params;
}

function find(metadata: TriggerMetadata, name: string): TypedData | undefined {
  const key = Object.keys(metadata).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : metadata[key];
}
