import { z } from 'zod';
import type { Fault, ReadYaml } from '../../domain/fault.ts';
import { type FieldFault, toFieldFault, toFieldFaults } from '../../domain/field-faults.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { DefaultOnFailureSchema } from '../../domain/on-failure-schema.ts';
import { SUBSCRIBERS } from '../../domain/subscribers.ts';
import { TriggerSchema } from '../../domain/trigger.ts';
import { findContradictions } from '../../domain/trigger-rules.ts';
import { findFailureFaults, type Names } from './references.ts';

const { retry, timeout, retentionDays } = TriggerSchema.shape;

/** `defaults` of the file: fields of every trigger that does not have them. */
export const DefaultsSchema = z.strictObject(
  {
    retry: retry.optional(),
    timeout: timeout.optional(),
    retentionDays: retentionDays.optional(),
    onFailure: DefaultOnFailureSchema.optional(),
  },
  'expected defaults: with retry, timeout, retentionDays or onFailure under it',
);

const FIELDS = ['retry', 'timeout', 'retentionDays', 'onFailure'] as const;

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/**
 * Gives the file's defaults to its triggers, and to those in code. A trigger's own field replaces the
 * default as a whole. This must happen before the schema's defaults are filled in. A default with a
 * fault is given to none, so that it costs no trigger.
 */
export function withFileDefaults(read: ReadYaml, known: Names): ReadYaml {
  const defaults = readDefaults(read);
  if (!defaults || 'faults' in read || !isJsonObject(read.value)) return read;
  const { triggers } = read.value;
  if (!Array.isArray(triggers)) return read;
  const faulty = new Set(findFaults(defaults, known).map(({ path }) => path[0]));
  const sound = FIELDS.filter((field) => Object.hasOwn(defaults, field) && !faulty.has(field));
  const given = Object.fromEntries(sound.map((field) => [field, defaults[field]]));
  const toItem = (item: unknown) => {
    if (!isJsonObject(item) || item.actor === SUBSCRIBERS) return item;
    const own = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
    return { ...given, ...own };
  };
  return {
    ...read,
    value: { ...read.value, triggers: triggers.map(toItem) },
    locate: toLocate(read, triggers),
  };
}

/** A fault in a field that a trigger has from the defaults is there. */
function toLocate(
  { locate }: Extract<ReadYaml, { readonly value: unknown }>,
  triggers: readonly unknown[],
): Extract<ReadYaml, { readonly value: unknown }>['locate'] {
  return (path) => {
    const [part, index, field, ...rest] = path;
    const isDefault = part === 'triggers' && FIELDS.some((name) => name === field);
    const item = typeof index === 'number' ? triggers[index] : undefined;
    if (!isDefault || !isJsonObject(item) || item[String(field)] !== undefined) return locate(path);
    return locate(['defaults', String(field), ...rest]);
  };
}

/** Finds the faults of the defaults themselves, once and not for each trigger. */
export function findDefaultFaults(read: ReadYaml, known: Names): readonly Fault[] {
  const defaults = readDefaults(read);
  if (!defaults || 'faults' in read) return [];
  return findFaults(defaults, known).map(({ path, message }) => ({
    line: read.locate(['defaults', ...path]),
    message: `defaults: ${message}`,
  }));
}

function readDefaults(read: ReadYaml): JsonObject | undefined {
  if ('faults' in read || !isJsonObject(read.value)) return undefined;
  const { defaults } = read.value;
  return isJsonObject(defaults) ? defaults : undefined;
}

function findFaults(defaults: JsonObject, known: Names): readonly FieldFault[] {
  const parsed = DefaultsSchema.safeParse(defaults, ONCE);
  if (!parsed.success) return toFieldFaults(parsed.error.issues, DefaultsSchema);
  const between = findContradictions({ retry: parsed.data.retry });
  return [
    ...between.map(({ path, message }) => toFieldFault(path, message)),
    ...findFailureFaults(parsed.data.onFailure, known),
  ];
}
