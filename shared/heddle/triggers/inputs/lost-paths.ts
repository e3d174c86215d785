import type { JsonObject } from '../../domain/json.ts';
import type { LostPath } from '../../domain/run.ts';
import type { InputRules } from './input-rules.ts';

const MAPPINGS = ['outputMapping', 'inputMapping'] as const;

/** Values that each field of a trigger gives to the input, the first of which is overridden first. */
export type Layers = Readonly<Record<string, JsonObject | undefined>>;

/** Keys of each mapping whose paths lead nowhere. */
export type LostKeys = Readonly<
  Partial<Record<(typeof MAPPINGS)[number], readonly string[] | undefined>>
>;

/** Describes paths that lead nowhere, and what has set their keys all the same. */
export function toLostPaths(
  trigger: Pick<InputRules, (typeof MAPPINGS)[number]>,
  layers: Layers,
  lost: LostKeys,
): readonly LostPath[] {
  return MAPPINGS.flatMap((field) =>
    (lost[field] ?? []).map((key) => {
      const setBy = findSetter(layers, key);
      const path = trigger[field]?.[key] ?? '';
      return { field: `${field}.${key}`, path, ...(setBy === undefined ? {} : { setBy }) };
    }),
  );
}

/** The last one wins. */
function findSetter(layers: Layers, key: string): string | undefined {
  const sets = ([, values]: [string, JsonObject | undefined]) =>
    values !== undefined && Object.hasOwn(values, key);
  return Object.entries(layers).findLast(sets)?.[0];
}
