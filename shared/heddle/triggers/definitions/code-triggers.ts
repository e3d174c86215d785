import type { ReadYaml } from '../../domain/fault.ts';
import { isJsonObject } from '../../domain/json.ts';

/** Line number of triggers in code: after all lines of the file. */
export const CODE_LINE = Number.MAX_SAFE_INTEGER;

/** Triggers and sources that code defines. */
export interface InCode {
  readonly triggers: readonly object[];
  /** By their names. */
  readonly sources: Readonly<Record<string, object>>;
}

/** Appends what code defines to a triggers file, so that all is checked alike. */
export function withCodeTriggers(read: ReadYaml, { triggers, sources }: InCode): ReadYaml {
  const hasSources = Object.keys(sources).length > 0;
  if ('faults' in read || (triggers.length === 0 && !hasSources)) return read;
  const { value, locate } = read;
  const file = value ?? {};
  const own = isJsonObject(file) ? (file.triggers ?? []) : undefined;
  if (!isJsonObject(file) || !Array.isArray(own)) return read;
  const inFile = file.sources ?? {};
  const all = hasSources && isJsonObject(inFile) ? { sources: { ...inFile, ...sources } } : {};
  return {
    ...read,
    value: { ...file, ...all, triggers: [...own, ...triggers] },
    locate: (path) =>
      isInCode(path, own.length) || isSourceInCode(path, sources) ? CODE_LINE : locate(path),
  };
}

function isSourceInCode([part, name]: readonly PropertyKey[], sources: InCode['sources']): boolean {
  return part === 'sources' && typeof name === 'string' && Object.hasOwn(sources, name);
}

function isInCode([part, index]: readonly PropertyKey[], ownCount: number): boolean {
  return part === 'triggers' && typeof index === 'number' && index >= ownCount;
}
