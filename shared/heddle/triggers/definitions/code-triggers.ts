import type { ReadYaml } from '../../domain/fault.ts';
import { isJsonObject } from '../../domain/json.ts';

/** Stands for the line of what is in code: after all of the file. */
export const CODE_LINE = Number.MAX_SAFE_INTEGER;

/** What was read of a triggers file, with the triggers of code after its own: all are checked alike. */
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
