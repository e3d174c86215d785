import { readFileSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { type Known, loadTriggers, toFaultText } from './load.ts';
import { TriggerRegistry } from './registry.ts';

export interface ReadTriggers {
  readonly triggers: TriggerRegistry;
  /** With file and line; each has taken its own trigger out and no other. */
  readonly faults: readonly string[];
}

/**
 * @param isLenient keep the sound triggers of a file with faults, as a deployed app does; otherwise
 * @throws {ConfigError} with every fault
 */
export function readTriggersFile(path: string, known: Known, isLenient: boolean): ReadTriggers {
  const { triggers, faults } = readAll(path, known);
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  return { triggers: new TriggerRegistry(triggers), faults };
}

function readAll(path: string, known: Known) {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const fault = `${path} cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE`;
    return { triggers: [], faults: [fault] };
  }
  const { triggers, faults } = loadTriggers(text, known);
  return { triggers, faults: faults.map((fault) => toFaultText(path, fault)) };
}
