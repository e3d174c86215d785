import { compile as parse } from 'json-p3';
import type { Json } from '../../domain/json.ts';
import { getOrCreate } from '../lru-cache.ts';
import { type Segment, toSegments } from './json-path-segments.ts';
import type { Work } from './json-path-work.ts';

/**
 * Paths into JSON by RFC 9535, and the older `$.items.0` for `$.items[0]`. Operators write paths,
 * but anybody may write the documents. Therefore a filter reads its item only and has no regular
 * expressions, `..` may occur once, and {@link Work} counts every value visited.
 * @see https://www.rfc-editor.org/rfc/rfc9535
 */

const MAX_PATH_CHARS = 1000;
const MAX_RESULTS = 10_000;
/** Paths come with triggers, so there are about as many as mappings. */
const MAX_CACHED = 5000;
const MAX_REASON_CHARS = 300;

type Compiled =
  | { readonly segments: readonly Segment[]; readonly isSingular: boolean }
  | { readonly fault: string };

const cache = new Map<string, Compiled>();

/** Returns why a text is not a path; undefined if it is one. */
export function findPathFault(text: string): string | undefined {
  const compiled = compile(text);
  return 'fault' in compiled ? compiled.fault : undefined;
}

/**
 * Follows a path. If it can lead to one place only, returns the value there or undefined; otherwise
 * the list of all values found.
 * @throws when the path is invalid, or takes too much work
 */
export function followPath(text: string, document: Json, work: Work): Json | undefined {
  const compiled = compile(text);
  if ('fault' in compiled) throw new Error(compiled.fault);
  let values: readonly Json[] = [document];
  for (const segment of compiled.segments) values = segment(values, work);
  if (compiled.isSingular) return values[0];
  if (values.length <= MAX_RESULTS) return values;
  throw new Error(`it leads to more than ${MAX_RESULTS} values`);
}

function compile(text: string): Compiled {
  return getOrCreate(cache, text, MAX_CACHED, () => check(text));
}

function check(text: string): Compiled {
  if (text.length > MAX_PATH_CHARS) {
    return { fault: `expected a path of at most ${MAX_PATH_CHARS} characters` };
  }
  try {
    const segments = toSegments(parse(rewriteDigits(text, (name) => `['${name}',${name}]`)));
    const one = parse(rewriteDigits(text, (name) => `['${name}']`));
    return { segments, isSingular: one.singularQuery() };
  } catch (error) {
    const reason = (error as Error).message.slice(0, MAX_REASON_CHARS);
    return { fault: `expected a JSONPath such as $.user.id or $.items[*].id: ${reason}` };
  }
}

/** An index has at most this many digits. */
const MAX_INDEX_DIGITS = 15;

/**
 * `.0` is not part of RFC 9535. It means both the member of that name and the item of that index: a
 * value has at most one of them. Quoted names are skipped, and filters do not support it.
 */
function rewriteDigits(text: string, rewrite: (digits: string) => string): string {
  const quotedOrDigits = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<!\.)\.(\d+)(?=[.[]|$)/gs;
  return text.replace(quotedOrDigits, (whole, digits?: string) => {
    if (digits === undefined) return whole;
    const isIndex = digits.length <= MAX_INDEX_DIGITS && !/^0\d/.test(digits);
    return isIndex ? rewrite(digits) : `['${digits}']`;
  });
}
