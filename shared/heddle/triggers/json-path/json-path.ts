import { compile as parse } from 'json-p3';
import type { Json } from '../../domain/json.ts';
import { remember } from '../lru-cache.ts';
import { type Segment, toSegments } from './json-path-segments.ts';
import type { Work } from './json-path-work.ts';

/**
 * Paths into JSON by RFC 9535, and the older `$.items.0` for `$.items[0]`. A path is written by
 * whoever runs Heddle; what it meets is written by anyone. So a filter looks at its item alone and
 * has no regular expressions, `..` comes once, and {@link Work} counts every value looked at.
 * @see https://www.rfc-editor.org/rfc/rfc9535
 */

const MAX_PATH_CHARS = 1000;
const MAX_RESULTS = 10_000;
/** Paths come with triggers, so there are about as many as the triggers have mappings. */
const MAX_CACHED = 5000;
const MAX_REASON_CHARS = 300;

type Compiled =
  | { readonly segments: readonly Segment[]; readonly isSingular: boolean }
  | { readonly fault: string };

const cache = new Map<string, Compiled>();

/** Why a text is no path; undefined where it is one. */
export function findPathFault(text: string): string | undefined {
  const compiled = compile(text);
  return 'fault' in compiled ? compiled.fault : undefined;
}

/**
 * What is where the path leads: the value, or undefined, where it can lead to one place only; else
 * the list of all values found.
 * @throws where the path is none, or takes too much
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
  return remember(cache, text, MAX_CACHED, () => check(text));
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

/** More digits than an index can have. */
const MAX_INDEX_DIGITS = 15;

/**
 * `.0` is no part of RFC 9535. It is taken for the member of that name and the item of that index:
 * a value has one of them at most. Quoted names are passed over, and filters have none of it.
 */
function rewriteDigits(text: string, rewrite: (digits: string) => string): string {
  const quotedOrDigits = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<!\.)\.(\d+)(?=[.[]|$)/gs;
  return text.replace(quotedOrDigits, (whole, digits?: string) => {
    if (digits === undefined) return whole;
    const isIndex = digits.length <= MAX_INDEX_DIGITS && !/^0\d/.test(digits);
    return isIndex ? rewrite(digits) : `['${digits}']`;
  });
}
