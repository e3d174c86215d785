import type { IncomingMessage } from 'node:http';
import { BindingData } from '../worker/binding-data.ts';
import type { TypedData } from '../worker/core-types.ts';
import type { RouteMatch } from './router.ts';

interface Described {
  readonly req: IncomingMessage;
  readonly match: RouteMatch;
  readonly url: string;
  /** Undefined: it comes in chunks, or there is none. */
  readonly body: Buffer | undefined;
}

/**
 * The `triggerMetadata` of an HTTP request. Fields of a JSON body come first, then the query, then the
 * route. A field or parameter named `headers` keeps the headers out.
 * https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions.Http/HttpTriggerAttributeBindingProvider.cs
 */
export function toStreamMetadata(described: Described): Record<string, TypedData> {
  const { req, match, url, body } = described;
  const data = new BindingData();
  if (body) data.addFieldsOf(body.toString());
  const query = toLastValues(url);
  for (const [name, value] of Object.entries(query)) {
    if (name.toLowerCase() !== 'code') data.set(name, value);
  }
  for (const name of match.route.compiled.names) {
    if (Object.hasOwn(match.params, name)) data.set(name, match.params[name]);
    else data.clear(name);
  }
  if (!data.has('Query')) data.set('Query', query);
  if (!data.has('Headers')) data.set('Headers', toJoined(req.rawHeaders));
  return data.toTriggerMetadata();
}

function toLastValues(url: string): Record<string, string> {
  return Object.fromEntries(URL.parse(url, 'http://localhost')?.searchParams ?? []);
}

/** The names keep their spelling; repeated values are joined by a comma. */
function toJoined(rawHeaders: readonly string[]): Record<string, string> {
  const spellings = new Map<string, string>();
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const spelling = spellings.get(name.toLowerCase());
    if (spelling !== undefined) headers[spelling] += `,${value}`;
    else {
      spellings.set(name.toLowerCase(), name);
      headers[name] = value;
    }
  }
  return headers;
}
