import type { Fault, Locate } from '../../domain/fault.ts';
import { type FieldFault, toFieldFaults } from '../../domain/field-faults.ts';
import { SharedLimitSchema } from '../../domain/limits.ts';
import { findUnknown } from './references.ts';

/** The limits of a file that triggers share. */
export interface SharedLimits {
  /** By name; undefined: it has faults. */
  readonly limits: ReadonlyMap<string, object | undefined>;
  readonly faults: readonly Fault[];
}

/** Compiling a schema pays for itself only when it is used often. */
const ONCE = { jitless: true } as const;

/** Reads the part `limits` of a file. */
export function readSharedLimits(value: unknown, locate: Locate): SharedLimits {
  const { limits: written } = (value ?? {}) as { readonly limits?: unknown };
  const limits = new Map<string, object | undefined>();
  const faults: Fault[] = [];
  if (typeof written !== 'object' || written === null) return { limits, faults };
  for (const [name, limit] of Object.entries(written)) {
    const { error } = SharedLimitSchema.safeParse(limit ?? {}, ONCE);
    // As it is written: it is read again as a part of the trigger.
    limits.set(name, error ? undefined : (limit as object));
    for (const { path, message } of toFieldFaults(error?.issues ?? [], SharedLimitSchema)) {
      const line = locate(['limits', name, ...path]);
      faults.push({ line, message: `limits.${name}: ${message}` });
    }
  }
  return { limits, faults };
}

/**
 * Puts the limit itself in place of its name, so that a trigger, and what is stored of it, has all
 * that its runs meet.
 */
export function withSharedLimit(item: unknown, { limits }: SharedLimits): unknown {
  const name = toName(item);
  const limit = name === undefined ? undefined : limits.get(name);
  return limit === undefined ? item : { ...(item as object), limit: { name, ...limit } };
}

/** Finds why a trigger's limit cannot be used: without it, its runs would have none. */
export function findSharedLimitFaults(
  item: unknown,
  { limits }: SharedLimits,
): readonly FieldFault[] {
  const name = toName(item);
  if (name === undefined) return isInPlace(item) ? [IN_PLACE] : [];
  if (limits.get(name)) return [];
  if (!limits.has(name)) return findUnknown('limit', name, [...limits.keys()]);
  return [{ path: ['limit'], message: `limit: limits.${name} has faults, and cannot be used` }];
}

const IN_PLACE: FieldFault = {
  path: ['limit'],
  message: 'limit: expected the name of a limit under limits:, such as api',
};

/** Whether a file has the limit itself where its name belongs. */
function isInPlace(item: unknown): boolean {
  const { limit } = (item ?? {}) as { readonly limit?: unknown };
  return typeof limit === 'object' && limit !== null;
}

function toName(item: unknown): string | undefined {
  const { limit } = (item ?? {}) as { readonly limit?: unknown };
  return typeof limit === 'string' ? limit : undefined;
}
