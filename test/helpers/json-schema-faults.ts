import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../../infra/schema/json-schema.ts';

/**
 * Lists the paths at which a value violates a JSON Schema. Supports what infra/triggers.schema.json
 * uses.
 */
export function findSchemaFaults(root: JsonSchema, value: unknown): readonly string[] {
  return check(root, value, { root, path: '' });
}

interface Place {
  readonly root: JsonSchema;
  readonly path: string;
}

type Rule = (operand: never, value: never, schema: JsonSchema, place: Place) => readonly string[];

/** Keywords that do not restrict a value. */
const ANNOTATIONS = ['$schema', 'title', 'description', 'default', 'examples', 'definitions'];
const READ_BY_OTHERS = ['then', 'else'];

function check(schema: JsonSchema, value: unknown, place: Place): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    if (ANNOTATIONS.includes(keyword) || READ_BY_OTHERS.includes(keyword)) return [];
    const rule = RULES[keyword];
    if (!rule) throw new Error(`the keyword "${keyword}" is not checked here`);
    const [type, apply] = rule;
    const isConcerned = type === undefined || toType(value) === type;
    return isConcerned ? apply(operand as never, value as never, schema, place) : [];
  });
}

function toType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const fits = (schema: JsonSchema, value: unknown, place: Place) =>
  check(schema, value, place).length === 0;

const when = (isSound: boolean, { path }: Place, keyword: string) =>
  isSound ? [] : [`${path || '/'} ${keyword}`];

function within(place: Place, key: string | number): Place {
  return { ...place, path: `${place.path}/${key}` };
}

function compare(type: string, keyword: string, holds: (value: never, operand: never) => boolean) {
  const rule: Rule = (operand, value, _, place) => when(holds(value, operand), place, keyword);
  return [type, rule] as const;
}

const RULES: Readonly<Record<string, readonly [type: string | undefined, rule: Rule]>> = {
  type: [
    undefined,
    (types: string | readonly string[], value, _, place) => {
      const names = typeof types === 'string' ? [types] : types;
      const isInteger = names.includes('integer') && Number.isInteger(value);
      return when(isInteger || names.includes(toType(value)), place, 'type');
    },
  ],
  enum: [
    undefined,
    (values: readonly unknown[], value, _, place) => when(values.includes(value), place, 'enum'),
  ],
  const: [
    undefined,
    (expected, value, _, place) => when(isDeepStrictEqual(expected, value), place, 'const'),
  ],
  minimum: compare('number', 'minimum', (value: number, least: number) => value >= least),
  maximum: compare('number', 'maximum', (value: number, most: number) => value <= most),
  exclusiveMinimum: compare('number', 'exclusiveMinimum', (value: number, least: number) => {
    return value > least;
  }),
  minLength: compare('string', 'minLength', (value: string, least: number) => {
    return [...value].length >= least;
  }),
  maxLength: compare('string', 'maxLength', (value: string, most: number) => {
    return [...value].length <= most;
  }),
  pattern: compare('string', 'pattern', (value: string, pattern: string) => {
    return new RegExp(pattern, 'u').test(value);
  }),
  minItems: compare('array', 'minItems', (value: [], least: number) => value.length >= least),
  maxItems: compare('array', 'maxItems', (value: [], most: number) => value.length <= most),
  minProperties: compare('object', 'minProperties', (value: object, least: number) => {
    return Object.keys(value).length >= least;
  }),
  required: compare('object', 'required', (value: object, names: readonly string[]) => {
    return names.every((name) => Object.hasOwn(value, name));
  }),
  items: [
    'array',
    (items: JsonSchema, value: readonly unknown[], _, place) =>
      value.flatMap((item, index) => check(items, item, within(place, index))),
  ],
  propertyNames: [
    'object',
    (names: JsonSchema, value: object, _, place) =>
      Object.keys(value).flatMap((key) => check(names, key, within(place, key))),
  ],
  properties: [
    'object',
    (_, value: object, schema, place) => checkProperties(value, schema, place),
  ],
  patternProperties: ['object', () => []],
  additionalProperties: [
    'object',
    (_, value: object, schema, place) =>
      schema.properties ? [] : checkProperties(value, schema, place),
  ],
  anyOf: [
    undefined,
    (options: readonly JsonSchema[], value, _, place) =>
      when(
        options.some((option) => fits(option, value, place)),
        place,
        'anyOf',
      ),
  ],
  oneOf: [
    undefined,
    (options: readonly JsonSchema[], value, _, place) =>
      when(options.filter((option) => fits(option, value, place)).length === 1, place, 'oneOf'),
  ],
  allOf: [
    undefined,
    (parts: readonly JsonSchema[], value, _, place) =>
      parts.flatMap((part) => check(part, value, place)),
  ],
  not: [
    undefined,
    (schema: JsonSchema, value, _, place) => when(!fits(schema, value, place), place, 'not'),
  ],
  if: [
    undefined,
    (condition: JsonSchema, value, schema, place) => {
      const branch = fits(condition, value, place) ? schema.then : schema.else;
      return branch ? check(branch as JsonSchema, value, place) : [];
    },
  ],
  $ref: [
    undefined,
    (ref: string, value, _, place) => {
      const found = (place.root.definitions as JsonSchema)[ref.replace('#/definitions/', '')];
      if (!found) throw new Error(`${ref} leads nowhere`);
      return check(found as JsonSchema, value, place);
    },
  ],
};

function checkProperties(value: object, schema: JsonSchema, place: Place): readonly string[] {
  const { properties = {}, patternProperties = {}, additionalProperties = {} } = schema;
  return Object.entries(value).flatMap(([key, item]) => {
    const at = within(place, key);
    const own = Object.hasOwn(properties as object, key) ? [(properties as JsonSchema)[key]] : [];
    const patterns = Object.entries(patternProperties as object)
      .filter(([pattern]) => new RegExp(pattern, 'u').test(key))
      .map(([, inner]) => inner);
    const schemas = [...own, ...patterns] as readonly JsonSchema[];
    if (schemas.length > 0) return schemas.flatMap((inner) => check(inner, item, at));
    if (additionalProperties === false) return [`${at.path} unknown`];
    return check(additionalProperties as JsonSchema, item, at);
  });
}
