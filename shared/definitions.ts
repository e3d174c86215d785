import { readFileSync } from 'node:fs';
import { isJsonObject } from './domain/json.ts';
import type { Trigger } from './domain/trigger.ts';
import { ConfigError } from './errors.ts';
import { type ConfiguredSource, loadSources } from './sources/load.ts';
import type { SourceKind } from './sources/source.ts';
import { STORAGE_QUEUE_SOURCE } from './sources/storage-queue.ts';
import { hasPaths, hasTemplates, loadTriggers, toFaultText } from './triggers/load.ts';
import { loadMatchTools, type MatchTools } from './triggers/match-tools.ts';
import { TriggerRegistry } from './triggers/registry.ts';
import { findConditionFaults } from './triggers/trigger-matcher.ts';
import type { ReadYaml } from './yaml.ts';

/** What the triggers file defines. */
export interface Definitions {
  readonly sources: readonly ConfiguredSource[];
  readonly triggers: TriggerRegistry;
  /** With file and line; each has taken its own trigger or source out and no other. */
  readonly faults: readonly string[];
  /** False where nothing could be read at all: not even which senders to trust is known. */
  readonly isReadable: boolean;
}

export interface Known {
  readonly actors: readonly string[];
  readonly kinds: readonly SourceKind[];
  /** What triggers have in code, by their names. */
  readonly code?: MatchTools['code'];
}

/** A triggers file, or the JSON that a deployment has put into settings. */
export type Origin = { readonly path: string } | { readonly json: string };

/**
 * @param isLenient keep what is sound of a file with faults, as a deployed app does; otherwise
 * @throws {ConfigError} with every fault
 */
export async function readDefinitions(
  origin: Origin,
  known: Known,
  isLenient: boolean,
): Promise<Definitions> {
  const { sources, triggers, tools, faults, isReadable } = await readAll(origin, known);
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  return { sources, triggers: new TriggerRegistry(triggers, tools), faults, isReadable };
}

async function readAll(origin: Origin, { actors, kinds, code }: Known) {
  const { read, name } = await readOrigin(origin);
  const { sources, faults } = loadSources(read, kinds);
  const names = [...sources.map((source) => source.name), STORAGE_QUEUE_SOURCE];
  const templates = hasTemplates(read) ? await import('./triggers/template-faults.ts') : undefined;
  const paths = hasPaths(read) ? await import('./triggers/mapping.ts') : undefined;
  const tools = await loadMatchTools(toTriggers(read), code);
  const conditions = {
    findConditionFaults: (trigger: Trigger) => findConditionFaults(trigger, tools),
  };
  const loaded = loadTriggers(read, {
    ...{ actors, sources: names },
    ...{ ...templates, ...paths, ...conditions },
  });
  const all = [...faults, ...loaded.faults].sort((a, b) => a.line - b.line);
  const texts = all.map((fault) => toFaultText(name, fault));
  const { triggers } = loaded;
  return { sources, triggers, tools, faults: texts, isReadable: !('faults' in read) };
}

/** As they are written, whatever is wrong with them. */
function toTriggers(read: ReadYaml): readonly unknown[] {
  const file = 'faults' in read ? undefined : read.value;
  return isJsonObject(file) && Array.isArray(file.triggers) ? file.triggers : [];
}

async function readOrigin(origin: Origin): Promise<{ read: ReadYaml; name: string }> {
  if ('json' in origin) return { read: readJson(origin.json), name: 'TRIGGERS_B64_00' };
  const name = origin.path;
  const text = readText(name);
  if (text === undefined) return { read: { faults: [{ line: 1, message: MISSING }] }, name };
  // YAML's parser takes longer to load than all the rest of this.
  const { readYaml } = await import('./yaml.ts');
  return { read: readYaml(text), name };
}

const MISSING = 'the file cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE';

/** Compact, so that everything is in its first line. */
function readJson(text: string): ReadYaml {
  try {
    return { value: JSON.parse(text), locate: () => 1 };
  } catch {
    return {
      faults: [{ line: 1, message: 'it is not the base64 of a JSON text: deploy it again' }],
    };
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
