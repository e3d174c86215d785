import { z } from 'zod';
import { DurationSchema } from '../../shared/heddle/domain/duration.ts';
import { LIMIT_NAME, LimitReferenceSchema } from '../../shared/heddle/domain/limits.ts';

/** A JSON Schema, draft 7: the version that editors support best. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * The largest duration as a number of seconds. The length of a duration as text cannot be bounded.
 */
const MAX_SECONDS = 3650 * 86_400;

/** Converts a zod schema to the JSON Schema of its input. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...written } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      refuseFlags(zodSchema);
      const { def } = (zodSchema as z.core.$ZodTypes)._zod;
      // The only custom types are JSON objects.
      if (def.type === 'custom') jsonSchema.type = 'object';
      if (zodSchema === LimitReferenceSchema) writeName(jsonSchema);
      if (def.type === 'pipe' && def.in === DurationSchema) bound(jsonSchema, toBounds(def.out));
      else if (zodSchema === DurationSchema) bound(jsonSchema, { maximum: MAX_SECONDS });
    },
  });
  return written;
}

/** In a file the limit of a trigger is a name: the object is what is made of it. */
function writeName(written: z.core.JSONSchema.BaseSchema): void {
  Object.assign(written, { type: 'string', pattern: LIMIT_NAME.source });
  delete written.anyOf;
}

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Bounds of a duration in seconds, from the checks on its milliseconds. */
function toBounds(schema: z.core.$ZodType): Bounds {
  const { minimum = 0, maximum = MAX_SECONDS * 1000 } = z.toJSONSchema(schema) as Bounds;
  return { minimum: minimum / 1000, maximum: Math.min(maximum / 1000, MAX_SECONDS) };
}

function bound(written: z.core.JSONSchema.BaseSchema, bounds: Bounds): void {
  written.anyOf = (written.anyOf ?? []).map((option) =>
    typeof option === 'object' && option.type === 'number' ? { ...option, ...bounds } : option,
  );
}

/** Refuses flags, which JSON Schema lacks: a pattern would mean something else there. */
function refuseFlags(schema: z.core.$ZodTypes | z.core.$ZodType): void {
  const { patterns } = schema._zod.bag as { readonly patterns?: ReadonlySet<RegExp> };
  for (const { source, flags } of patterns ?? []) {
    if (/[^u]/.test(flags)) throw new Error(`/${source}/${flags} has a flag: write it without`);
  }
}

/**
 * Adds a description to each property of the schema.
 * @param descriptions by path; a missing description is a fault, and so is one of no property
 */
export function describeAll(
  schema: JsonSchema,
  descriptions: Readonly<Record<string, string>>,
): JsonSchema {
  const left = new Set(Object.keys(descriptions));
  const missing: string[] = [];
  const describe = (path: string) => {
    const description = descriptions[path];
    if (description === undefined) missing.push(path);
    left.delete(path);
    return { description };
  };
  const described = describeWithin(schema, '', describe);
  const faults = [
    ...missing.map((path) => `no description of "${path}"`),
    ...[...left].map((path) => `a description of "${path}", which there is not`),
  ];
  if (faults.length > 0) throw new Error(`infra/schema has ${faults.join(', ')}`);
  return described;
}

type Describe = (path: string) => { readonly description: string | undefined };

/** Items of a list, a record or a choice have no name, so they add nothing to the path. */
function describeWithin(schema: JsonSchema, path: string, describe: Describe): JsonSchema {
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'properties') return [keyword, describeProperties(value, path, describe)];
    const isSchema = ['items', 'additionalProperties'].includes(keyword) && isObject(value);
    if (isSchema) return [keyword, describeWithin(value, path, describe)];
    if (!['anyOf', 'oneOf', 'allOf'].includes(keyword)) return [keyword, value];
    const options = value as readonly JsonSchema[];
    return [keyword, options.map((option) => describeWithin(option, path, describe))];
  });
  return Object.fromEntries(entries);
}

function describeProperties(properties: unknown, path: string, describe: Describe): JsonSchema {
  const entries = Object.entries(properties as Readonly<Record<string, JsonSchema>>);
  return Object.fromEntries(
    entries.map(([name, schema]) => {
      const inner = path === '' ? name : `${path}.${name}`;
      return [name, { ...describe(inner), ...describeWithin(schema, inner, describe) }];
    }),
  );
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
