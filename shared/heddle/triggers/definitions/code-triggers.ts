import type { ReadYaml } from '../../domain/fault.ts';
import { isJsonObject } from '../../domain/json.ts';

/** Line number of triggers in code: after all lines of the file. */
export const CODE_LINE = Number.MAX_SAFE_INTEGER;

/** Appends the triggers of code to those of a triggers file, so that all are checked alike. */
export function withCodeTriggers(read: ReadYaml, written: readonly object[]): ReadYaml {
  if ('faults' in read || written.length === 0) return read;
  const { value, locate } = read;
  const file = value ?? {};
  const own = isJsonObject(file) ? (file.triggers ?? []) : undefined;
  if (!isJsonObject(file) || !Array.isArray(own)) return read;
  return {
    value: { ...file, triggers: [...own, ...written] },
    locate: (path) => (isInCode(path, own.length) ? CODE_LINE : locate(path)),
  };
}

function isInCode([part, index]: readonly PropertyKey[], ownCount: number): boolean {
  return part === 'triggers' && typeof index === 'number' && index >= ownCount;
}
