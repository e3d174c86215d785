import type { Json, JsonObject } from '../../shared/heddle/domain/json.ts';
import type { Trigger } from '../../shared/heddle/domain/trigger.ts';

/** The rules of matching implemented again, as plainly and slowly as possible. */

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? ['(map)', ...Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))]
      : inner,
  );

const isMap = (value: unknown): value is JsonObject =>
  Object.prototype.toString.call(value) === '[object Object]';

/** Lists every field and dotted path of an object, with its value. */
function listPaths(value: JsonObject): ReadonlyMap<string, Json> {
  const paths = new Map<string, Json>();
  const walk = (object: JsonObject, prefix: string) => {
    for (const [name, inner] of Object.entries(object)) {
      if (!name.includes('.')) {
        paths.set(prefix + name, inner);
        if (isMap(inner)) walk(inner, `${prefix}${name}.`);
      }
    }
  };
  walk(value, '');
  for (const [name, inner] of Object.entries(value)) paths.set(name, inner);
  return paths;
}

const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
const isAmong = (items: unknown, found: unknown): boolean =>
  (items as unknown[]).map(canonical).includes(canonical(found));
/** True for two texts or two numbers. */
const isAlike = (a: unknown, b: unknown): boolean =>
  ['string string', 'number number'].includes(`${typeof a} ${typeof b}`);
const isText = (a: unknown, b: unknown): boolean => `${typeof a} ${typeof b}` === 'string string';

/** What a scalar operator asks: the items of a list, or the value itself. */
const itemsOf = (found: Json): readonly Json[] =>
  Array.isArray(found) ? (found as readonly Json[]) : [found];
const ofItems = (holds: (found: Json, operand: Json) => boolean) => (found: Json, operand: Json) =>
  itemsOf(found).some((item) => holds(item, operand));

const isAfter = (a: Json, b: Json) => isAlike(a, b) && [a, b].toSorted(ascending)[0] !== a;
const isAlikeAndSame = (a: Json, b: Json) => isAlike(a, b) && isSame(a, b);

/**
 * Operators applied to a found value. Operators that also apply to a missing one are in the second
 * list.
 */
const OF_FOUND: Readonly<Record<string, (found: Json, operand: Json) => boolean>> = {
  eq: (found, operand) => {
    if (!Array.isArray(operand)) return itemsOf(found).some((item) => isSame(item, operand));
    return Array.isArray(found) ? isSame(found, operand) : isAmong(operand, found);
  },
  in: (found, items) => [found, ...itemsOf(found)].some((one) => isAmong(items, one)),
  gt: ofItems(isAfter),
  lt: ofItems((found, operand) => isAfter(operand, found)),
  gte: ofItems((found, operand) => isAlikeAndSame(found, operand) || isAfter(found, operand)),
  lte: ofItems((found, operand) => isAlikeAndSame(found, operand) || isAfter(operand, found)),
  contains: (found, operand) =>
    isText(found, operand)
      ? String(found).split(String(operand)).length > 1 || operand === ''
      : Array.isArray(found) && isAmong(found, operand),
  startsWith: ofItems((a, b) => isText(a, b) && naiveGlob(`${b}*`, String(a))),
  endsWith: ofItems((a, b) => isText(a, b) && naiveGlob(`*${b}`, String(a))),
};
const OF_MISSING: Readonly<Record<string, (found: Json | undefined, operand: Json) => boolean>> = {
  ne: (found, operand) => found === undefined || !OF_FOUND.eq?.(found, operand),
  notIn: (found, items) => found === undefined || !OF_FOUND.in?.(found, items),
  exists: (found, operand) => operand === (found !== undefined),
};

const ascending = (a: Json, b: Json): number => ((a as number) < (b as number) ? -1 : 1);

type IsMet = (value: Json | undefined) => boolean;

/** Operators that are names of fields where they stand on an object. */
const WORDS: Readonly<
  Record<string, (found: Json | undefined, inner: IsMet, of: Json) => boolean>
> = {
  some: (found, inner) => Array.isArray(found) && found.filter(inner).length > 0,
  every: (found, inner) => Array.isArray(found) && found.filter(inner).length === found.length,
  none: (found, inner) => !Array.isArray(found) || found.filter(inner).length === 0,
  size: (found, inner) => {
    if (typeof found === 'string') return inner(Array.from(found).length);
    return Array.isArray(found) && inner(found.length);
  },
  before: (found, _, of) => toDates(found).some((at) => toDates(of).some((than) => at < than)),
  after: (found, _, of) => toDates(found).some((at) => toDates(of).some((than) => at > than)),
};

/** Dates as the random payloads write them. */
function toDates(value: Json | undefined): readonly number[] {
  return [value].flat().flatMap((one) => {
    if (typeof one === 'number') return one >= 100_000_000 ? [one * 1000] : [];
    return typeof one === 'string' && /^\d{4}-\d\d-\d\d/.test(one) ? [Date.parse(one)] : [];
  });
}

/** Evaluates an expression, which is not implemented again here. */
export type Says = (expression: string) => boolean;

interface Context {
  readonly says: Says;
  readonly ignoresCase: boolean;
}

export function naiveMeets(
  conditions: JsonObject,
  value: JsonObject,
  says: Says = () => false,
): boolean {
  return meetsAll(conditions, value, { says, ignoresCase: false });
}

function meetsAll(conditions: JsonObject, value: JsonObject, context: Context): boolean {
  const paths = listPaths(value);
  const meets = (one: Json) => meetsAll(one as JsonObject, value, context);
  const byWord: Readonly<Record<string, (operand: Json) => boolean>> = {
    all: (operand) => (operand as Json[]).every(meets),
    any: (operand) => (operand as Json[]).some(meets),
    expression: (operand) => context.says(operand as string),
  };
  return Object.entries(conditions).every(([key, expected]) => {
    if (key === 'not') return !meets(expected);
    if (naiveIsTests(expected)) return passes(expected as JsonObject, paths.get(key), context);
    const word = new Map(Object.entries(byWord)).get(key);
    if (word) return word(expected);
    const [, field] = /^(.+)_pattern$/s.exec(key) ?? [];
    if (field !== undefined) return passes({ pattern: expected }, paths.get(field), context);
    return fits(expected, paths.get(key), context);
  });
}

function fits(expected: Json, found: Json | undefined, context: Context): boolean {
  if (naiveIsTests(expected)) return passes(expected as JsonObject, found, context);
  if (found === undefined) return false;
  if (isMap(expected)) return isMap(found) && meetsAll(expected, found, context);
  return passes({ in: [expected].flat() }, found, context);
}

function naiveIsTests(value: Json): boolean {
  if (!isMap(value)) return false;
  const names = [...Object.keys(OF_FOUND), ...Object.keys(OF_MISSING), 'pattern'];
  const isWord = (key: string, operand: Json) => {
    if (key === 'size') return naiveIsTests(operand) || [operand].flat().every(isCount);
    if (key === 'before' || key === 'after') return toDates(operand).length > 0;
    return key in WORDS && Object.hasOwn(WORDS, key);
  };
  const entries = Object.entries(value);
  if (entries.filter(([key]) => key !== 'ignoreCase').length === 0) return false;
  return entries.every(([key, inner]) => {
    if (key === 'not') return naiveIsTests(inner);
    if (key === 'ignoreCase') return typeof inner === 'boolean';
    if (key !== 'all' && key !== 'any') return names.includes(key) || isWord(key, inner);
    return Array.isArray(inner) && inner.length > 0 && inner.every(naiveIsTests);
  });
}

const isCount = (value: unknown) => typeof value === 'number' && value % 1 === 0 && value >= 0;

function passes(
  { ignoreCase, ...tests }: JsonObject,
  found: Json | undefined,
  outer: Context,
): boolean {
  const context = typeof ignoreCase === 'boolean' ? { ...outer, ignoresCase: ignoreCase } : outer;
  const meets = (one: Json) => passes(one as JsonObject, found, context);
  return Object.entries(tests).every(([name, operand]) => {
    if (name === 'not') return !meets(operand);
    if (name === 'all') return (operand as Json[]).every(meets);
    if (name === 'any') return (operand as Json[]).some(meets);
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (!word) return passesOne(name, operand, found, context);
    const inner: IsMet = (value) => fits(operand, value, context);
    if (isMap(found)) return inner(new Map(Object.entries(found)).get(name));
    return word(found, inner, operand);
  });
}

/** The order of texts always has regard to their case. */
const CASE_COUNTS = ['gt', 'gte', 'lt', 'lte'];

function passesOne(
  name: string,
  operand: Json,
  found: Json | undefined,
  { ignoresCase }: Context,
): boolean {
  if (name === 'pattern') {
    return found !== undefined && naivePattern(String(operand), found, ignoresCase);
  }
  const isFolded = ignoresCase && !CASE_COUNTS.includes(name);
  const fold = (one: Json) => (isFolded ? naiveFold(one) : one);
  if (found === undefined) return OF_MISSING[name]?.(found, operand) ?? false;
  const holds = OF_FOUND[name] ?? OF_MISSING[name];
  return holds?.(fold(found), fold(operand)) ?? false;
}

function naiveFold(value: Json): Json {
  if (typeof value === 'string') return value.toUpperCase();
  if (Array.isArray(value)) return value.map(naiveFold);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, naiveFold(one)]));
}

/** Supports patterns that mean the same in JavaScript. */
function naivePattern(pattern: string, found: Json, ignoresCase: boolean): boolean {
  const texts = [found].flat().filter((one) => one !== null && typeof one !== 'object');
  return texts.some(
    (one) => String(one).search(new RegExp(pattern, ignoresCase ? 'iy' : 'y')) === 0,
  );
}

export function naiveGlob(pattern: string, type: string): boolean {
  const source = pattern.split('*').map(RegExp.escape).join('.*');
  return new RegExp(`^${source}$`, 's').test(type);
}

export function naiveTakes({ source, eventType }: Trigger, from: string, type: string): boolean {
  if (source !== from) return false;
  if (eventType === undefined) return true;
  return [eventType].flat().some((pattern) => {
    if (pattern.includes('*')) return naiveGlob(pattern, type);
    return type === pattern || type.startsWith(`${pattern}.`);
  });
}
