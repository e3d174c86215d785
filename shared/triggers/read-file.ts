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
export async function readTriggersFile(
  path: string,
  known: Known,
  isLenient: boolean,
): Promise<ReadTriggers> {
  const { triggers, faults } = await readAll(path, known);
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  return { triggers: new TriggerRegistry(triggers), faults };
}

async function readAll(path: string, known: Known) {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const fault = `${path} cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE`;
    return { triggers: [], faults: [fault] };
  }
  // YAML's parser takes longer to load than all the rest of this folder.
  const { readYaml } = await import('./read-yaml.ts');
  const { triggers, faults } = loadTriggers(readYaml(text), known);
  return { triggers, faults: faults.map((fault) => toFaultText(path, fault)) };
}
