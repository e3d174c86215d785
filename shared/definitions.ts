import { readFileSync } from 'node:fs';
import { ConfigError } from './errors.ts';
import { type ConfiguredSource, loadSources } from './sources/load.ts';
import type { SourceKind } from './sources/source.ts';
import { loadTriggers, toFaultText } from './triggers/load.ts';
import { TriggerRegistry } from './triggers/registry.ts';

/** What the triggers file defines. */
export interface Definitions {
  readonly sources: readonly ConfiguredSource[];
  readonly triggers: TriggerRegistry;
  /** With file and line; each has taken its own trigger or source out and no other. */
  readonly faults: readonly string[];
}

export interface Known {
  readonly actors: readonly string[];
  readonly kinds: readonly SourceKind[];
}

/**
 * @param isLenient keep what is sound of a file with faults, as a deployed app does; otherwise
 * @throws {ConfigError} with every fault
 */
export async function readDefinitions(
  path: string,
  known: Known,
  isLenient: boolean,
): Promise<Definitions> {
  const { sources, triggers, faults } = await readAll(path, known);
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  return { sources, triggers: new TriggerRegistry(triggers), faults };
}

async function readAll(path: string, { actors, kinds }: Known) {
  // YAML's parser takes longer to load than all the rest of this.
  const { readYaml } = await import('./yaml.ts');
  const text = readText(path);
  const read = readYaml(text ?? '');
  const { sources, faults } = loadSources(read, kinds);
  const loaded = loadTriggers(read, { actors, sources: sources.map(({ name }) => name) });
  const all = [...faults, ...loaded.faults].sort((a, b) => a.line - b.line);
  const texts = all.map((fault) => toFaultText(path, fault));
  if (text === undefined) {
    texts.push(`${path} cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE`);
  }
  return { sources, triggers: loaded.triggers, faults: texts };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
