import type { CodeFault } from '../actors/code-fault.ts';
import type { Registrations } from '../actors/registrations.ts';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import {
  CODE_LINE,
  hasTriggers,
  readReferences,
  readTriggers,
} from '../triggers/definitions/index.ts';
import { findTakenSources } from './code-sources.ts';

/**
 * Skips a file without a list of triggers: whether the triggers that code mentions exist is then
 * unknown.
 * @param readAlone the file without the triggers and sources of code
 */
export function findCodeFaults(
  runtime: Registrations,
  read: ReadYaml,
  readAlone: ReadYaml,
): readonly Fault[] {
  if ('faults' in readAlone || !hasTriggers(readAlone)) return [];
  const names = readTriggers(read).flatMap((trigger) => readReferences(trigger).name ?? []);
  const faults = runtime.findFaults(new Set(names));
  return [...faults, ...findTakenSources(readAlone.value, runtime)].map(toFault);
}

export function findCodeWarnings(runtime: Registrations): readonly Fault[] {
  return runtime.findWarnings().map(toFault);
}

function toFault({ name, message }: CodeFault): Fault {
  return { line: CODE_LINE, trigger: name, message };
}
