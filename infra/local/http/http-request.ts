export type Headers = Record<string, string>;
export type Query = Record<string, string>;

/** Shared by all requests without a query, to save an allocation; never written to. */
const noQuery: Query = Object.freeze({});
const lowerCased = new Map<string, string>();

/**
 * Lower-cases header names, and joins repeated headers with a comma and no space
 * (StringValues.ToString()). Empty values stay: the worker asks for nullable dictionaries, and the
 * host includes empty values in those.
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
 */
export function toHeaders(rawHeaders: readonly string[]): Headers {
  const headers: Headers = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = toLowerCase(rawHeaders[at] as string);
    const value = rawHeaders[at + 1] as string;
    const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}

/** Caches lower-cased names. The cache is bounded, because names come from senders. */
function toLowerCase(name: string): string {
  const known = lowerCased.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerCased.size < 500) lowerCased.set(name, lower);
  return lower;
}

/**
 * Parses a query. Keys ignore case and keep their first spelling; repeated keys are joined by a
 * comma.
 */
export function toQuery(text: string): Query {
  if (text === '') return noQuery;
  // Without a prototype: `__proto__` is a key like any other.
  const query: Query = Object.create(null);
  const spellings = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    const lower = key.toLowerCase();
    const spelling = spellings.get(lower);
    if (spelling === undefined) {
      spellings.set(lower, key);
      query[key] = value;
    } else {
      query[spelling] += `,${value}`;
    }
  }
  return query;
}
