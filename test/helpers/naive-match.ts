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

/**
 * Operators applied to a found value. Operators that also apply to a missing one are in the second
 * list.
 */
const OF_FOUND: Readonly<Record<string, (found: Json, operand: Json) => boolean>> = {
  eq: isSame,
  in: (found, items) => isAmong(items, found),
  gt: (found, operand) =>
    isAlike(found, operand) && [found, operand].toSorted(ascending)[0] !== found,
  lt: (found, operand) =>
    isAlike(found, operand) && [operand, found].toSorted(ascending)[0] !== operand,
  gte: (found, operand) =>
    isSame(found, operand) ? isAlike(found, operand) : OF_FOUND.gt?.(found, operand) === true,
  lte: (found, operand) =>
    isSame(found, operand) ? isAlike(found, operand) : OF_FOUND.lt?.(found, operand) === true,
  contains: (found, operand) =>
    isText(found, operand)
      ? String(found).split(String(operand)).length > 1 || operand === ''
      : Array.isArray(found) && isAmong(found, operand),
  startsWith: (found, operand) => isText(found, operand) && naiveGlob(`${operand}*`, String(found)),
  endsWith: (found, operand) => isText(found, operand) && naiveGlob(`*${operand}`, String(found)),
  pattern: (found, operand) => naivePattern(String(operand), found),
};
const OF_MISSING: Readonly<Record<string, (found: Json | undefined, operand: Json) => boolean>> = {
  ne: (found, operand) => found === undefined || !isSame(found, operand),
  notIn: (found, items) => found === undefined || !isAmong(items, found),
  exists: (found, operand) => operand === (found !== undefined),
};

const ascending = (a: Json, b: Json): number => ((a as number) < (b as number) ? -1 : 1);

/** Evaluates an expression, which is not implemented again here. */
export type Says = (expression: string) => boolean;

export function naiveMeets(
  conditions: JsonObject,
  value: JsonObject,
  says: Says = () => false,
): boolean {
  const paths = listPaths(value);
  const meets = (one: Json) => naiveMeets(one as JsonObject, value, says);
  const byWord: Readonly<Record<string, (operand: Json) => boolean>> = {
    all: (operand) => (operand as Json[]).every(meets),
    any: (operand) => (operand as Json[]).some(meets),
    expression: (operand) => says(operand as string),
  };
  return Object.entries(conditions).every(([key, expected]) => {
    if (key === 'not') return !meets(expected);
    if (naiveIsTests(expected)) return naivePasses(expected as JsonObject, paths.get(key));
    const word = new Map(Object.entries(byWord)).get(key);
    if (word) return word(expected);
    const [, field] = /^(.+)_pattern$/s.exec(key) ?? [];
    if (field !== undefined) return naivePasses({ pattern: expected }, paths.get(field));
    return naiveFits(expected, paths.get(key), says);
  });
}

function naiveFits(expected: Json, found: Json | undefined, says: Says): boolean {
  if (found === undefined) return false;
  if (isMap(expected) && isMap(found)) return naiveMeets(expected, found, says);
  return isAmong([expected].flat(), found);
}

function naiveIsTests(value: Json): boolean {
  if (!isMap(value) || Object.keys(value).length === 0) return false;
  const names = [...Object.keys(OF_FOUND), ...Object.keys(OF_MISSING)];
  return Object.entries(value).every(([key, inner]) => {
    if (key === 'not') return naiveIsTests(inner);
    if (key !== 'all' && key !== 'any') return names.includes(key);
    return Array.isArray(inner) && inner.length > 0 && inner.every(naiveIsTests);
  });
}

function naivePasses(tests: JsonObject, found: Json | undefined): boolean {
  const passes = (one: Json) => naivePasses(one as JsonObject, found);
  return Object.entries(tests).every(([name, operand]) => {
    if (name === 'not') return !passes(operand);
    if (name === 'all') return (operand as Json[]).every(passes);
    if (name === 'any') return (operand as Json[]).some(passes);
    if (found !== undefined && OF_FOUND[name]) return OF_FOUND[name](found, operand);
    return OF_MISSING[name]?.(found, operand) ?? false;
  });
}

/** Supports patterns that mean the same in JavaScript. */
function naivePattern(pattern: string, found: Json): boolean {
  const texts = [found].flat().filter((one) => one !== null && typeof one !== 'object');
  return texts.some((one) => String(one).search(new RegExp(pattern, 'y')) === 0);
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
