import type { z } from 'zod';
import { findNearest } from './did-you-mean.ts';

/** A fault in written input, with its position. */
export interface FieldFault {
  readonly path: readonly PropertyKey[];
  /** Begins with the field's name: `retry.maxAttempts: expected …`. */
  readonly message: string;
}

/** Returns a fault for each issue. For an unknown field, it names the field that was probably meant. */
export function toFieldFaults(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
): readonly FieldFault[] {
  return issues.flatMap(toInner).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return [toFieldFault(issue.path, toWords(issue.message))];
    }
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: toFieldFault(issue.path, toUnknown(key, issue.path, schema)).message,
    }));
  });
}

function toWords(message: string): string {
  return message
    .replace(MISSING, 'it is missing: $1')
    .replace(NO_BOOLEAN, '$1: write true or false, without quotes (yes, no, on and off are texts)')
    .replace(NO_OBJECT, '$1: write its fields, such as name: x');
}

const NO_BOOLEAN = /^Invalid input: (expected boolean, received string)$/;
const NO_OBJECT = /^Invalid input: (expected object, received (?:null|string|number|boolean))$/;

/** Zod's message for a missing field. */
const MISSING = /^Invalid input: (expected .+), received undefined$/;

/**
 * For an object or a list in a union, reports the faults of its fields or items instead of every
 * alternative.
 */
function toInner(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const inner = issue.errors.find((option) => option.some(({ path: [at] }) => at !== undefined));
  if (!inner) return [issue];
  return inner.flatMap((one) => toInner({ ...one, path: [...issue.path, ...one.path] }));
}

export function toFieldFault(path: readonly PropertyKey[], message: string): FieldFault {
  return { path, message: path.length === 0 ? message : `${path.join('.')}: ${message}` };
}

/** A longer list does not help in one line. */
const MAX_SHOWN = 12;

function toUnknown(key: string, path: readonly PropertyKey[], schema: z.core.$ZodType): string {
  const [outer] = path;
  if (outer !== undefined && findFields(schema, []).includes(key)) {
    return `unknown field "${key}": it belongs beside ${String(outer)}, not into it`;
  }
  const known = findFields(schema, path);
  const nearest = findNearest(key, known);
  if (nearest !== undefined) return `unknown field "${key}": did you mean ${nearest}?`;
  if (known.length === 0 || known.length > MAX_SHOWN) return `unknown field "${key}": take it out`;
  return `unknown field "${key}" (known: ${known.join(', ')})`;
}

/** Names of the fields that a schema accepts at a path. */
function findFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [first, ...rest] = path;
  switch (def.type) {
    case 'object': {
      if (first === undefined) return Object.keys(def.shape);
      const next = def.shape[String(first)];
      return next ? findFields(next, rest) : [];
    }
    case 'array':
      return findFields(def.element, rest);
    case 'record':
      return findFields(def.valueType, rest);
    case 'union':
      return [...new Set(def.options.flatMap((option) => findFields(option, path)))];
    case 'pipe':
      return findFields(def.in, path);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return findFields(def.innerType, path);
    default:
      return [];
  }
}
