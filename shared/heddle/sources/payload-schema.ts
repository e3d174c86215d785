import { z } from 'zod';
import { toRoundedJson } from '../domain/exact-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { type Misfit, toMisfitPaths } from '../domain/misfits.ts';
import { ConfigError, RejectedError } from '../errors/errors.ts';

/** Maximum number of paths in an error; more would not help the sender. */
const MAX_PATHS = 10;

/**
 * Creates the check of payloads against a source's JSON Schema in the triggers file.
 * @param subject owner of the schema, named in the error
 * @returns a check that throws RejectedError 422 `schema_mismatch` with the paths at fault, never
 * with a value
 * @throws {ConfigError} when the schema is invalid, or has parts that cannot be checked
 */
export function createPayloadCheck(
  jsonSchema: JsonObject,
  subject?: string,
): (data: JsonObject) => void {
  const schema = toZod(jsonSchema);
  return (data) => {
    const result = parse(schema, toRoundedJson(data));
    if (!result.success) throw createMismatchError(result.error.issues, jsonSchema, subject);
  };
}

/** The fault of a JSON Schema, for the triggers file's list of faults. */
export function findSchemaFault(jsonSchema: JsonObject): string | undefined {
  try {
    toZod(jsonSchema);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('; ');
    throw error;
  }
}

/**
 * Creates the same error for every payload that does not fit, with the paths of {@link toMisfitPaths}.
 * @param described the JSON Schema, or that of a zod schema
 */
export function createMismatchError(
  issues: readonly Misfit[],
  described: unknown,
  subject = 'this source',
): RejectedError {
  const paths = toMisfitPaths(issues, described);
  const rest = paths.length > MAX_PATHS ? ` and ${paths.length - MAX_PATHS} more` : '';
  const places = paths.slice(0, MAX_PATHS).join(', ') + rest;
  const message = `The payload does not fit the schema of ${subject} at: ${places}`;
  return new RejectedError('schema_mismatch', message);
}

function toZod(jsonSchema: JsonObject): z.ZodType {
  try {
    const isReference = jsonSchema.$ref !== undefined;
    const closed = close(isReference ? jsonSchema : { type: 'object', ...jsonSchema });
    // A separate registry: the schemas of two sources may have the same $id.
    const schema = z.fromJSONSchema(closed as z.core.JSONSchema.JSONSchema, {
      registry: z.registry(),
    });
    // Endless self-references appear only when something is parsed.
    parse(schema, {});
    return schema;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const fault = error instanceof RangeError ? ENDLESS : (error as Error).message;
    throw new ConfigError('The JSON Schema of a source cannot be used', [fault], { cause: error });
  }
}

const ENDLESS = 'it refers to itself without end';

function parse(schema: z.ZodType, data: JsonObject): z.ZodSafeParseResult<unknown> {
  try {
    return schema.safeParse(data);
  } catch (error) {
    // No cause: it may quote the payload.
    const fault = error instanceof RangeError ? ENDLESS : 'its parts contradict each other';
    throw new ConfigError('The JSON Schema of a source cannot be applied', [fault]);
  }
}

const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'];
const OF_ONE = ['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames'];
const OF_MANY = ['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems'];
const BY_NAME = ['properties', 'patternProperties', '$defs', 'definitions'];
const BESIDE_REF = ['$ref', '$defs', 'definitions', '$schema', '$id', '$comment', 'title'];

/**
 * Rewrites a schema so that zod reads it as strictly as JSON Schema does: zod skips every keyword
 * where there is no `type`, a required name that is not among the properties, and a required
 * property that has a default.
 * @throws when zod would silently ignore a part
 */
function close(schema: Json): Json {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) throw new Error('expected an object or a boolean for a schema');
  refuseLeftOut(schema);
  const closed: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key !== 'default') closed[key] = closeKeyword(key, value);
  }
  if (isWholeOnly(schema)) Object.assign(closed, toWholeNumber(schema));
  if (schema.required !== undefined) closed.properties = closeRequired(closed);
  const isTyped = ['type', 'enum', 'const', '$ref'].some((key) => Object.hasOwn(closed, key));
  return isTyped || Object.keys(closed).length === 0 ? closed : { ...closed, type: TYPES };
}

function isWholeOnly({ type, multipleOf }: JsonObject): boolean {
  const types = [type].flat();
  return types.includes('integer') && !types.includes('number') && multipleOf === undefined;
}

/** For zod an integer ends at 2^53. */
function toWholeNumber({ type }: JsonObject): JsonObject {
  const types = [type].flat().map((one) => (one === 'integer' ? 'number' : (one ?? null)));
  return { type: types.length === 1 ? 'number' : types, multipleOf: 1 };
}

function closeKeyword(key: string, value: Json): Json {
  if (OF_MANY.includes(key) && Array.isArray(value)) return value.map(close);
  if (OF_ONE.includes(key)) return close(value);
  if (!BY_NAME.includes(key)) return value;
  if (!isJsonObject(value)) throw new Error(`expected an object of schemas for "${key}"`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, close(item)]));
}

/** Gives each required name a property with a type: for zod, "any" includes absent. */
function closeRequired({ required, properties = {} }: JsonObject): JsonObject {
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string')) {
    throw new Error('expected a list of names for "required"');
  }
  const closed: Record<string, Json> = { ...(properties as JsonObject) };
  for (const name of required) {
    const given = Object.hasOwn(closed, name) ? closed[name] : true;
    const isAny = given === true || (isJsonObject(given) && Object.keys(given).length === 0);
    if (isAny) closed[name] = { type: TYPES };
  }
  return closed;
}

function refuseLeftOut(schema: JsonObject): void {
  const refuse = (what: string) => {
    throw new Error(`${what} is not supported`);
  };
  if (schema.dependencies !== undefined) refuse('"dependencies"');
  if (schema.$dynamicRef !== undefined) refuse('"$dynamicRef"');
  const beside = Object.keys(schema).find((key) => !BESIDE_REF.includes(key));
  if (schema.$ref !== undefined && beside) refuse(`"${beside}" beside "$ref"`);
  if (schema.patternProperties !== undefined && isJsonObject(schema.additionalProperties)) {
    refuse('a schema for "additionalProperties" beside "patternProperties"');
  }
  const values = [schema.const, ...(Array.isArray(schema.enum) ? schema.enum : [])];
  if (values.some((value) => typeof value === 'object' && value !== null)) {
    refuse('an object or a list in "const" or "enum"');
  }
}
