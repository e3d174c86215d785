import { readFileSync } from 'node:fs';
import { COMPLETION_SOURCE } from './domain/completion.ts';
import type { Trigger } from './domain/trigger.ts';
import { ConfigError } from './errors.ts';
import { type ConfiguredSource, loadSources } from './sources/load.ts';
import type { SourceKind } from './sources/source.ts';
import { STORAGE_QUEUE_SOURCE } from './sources/storage-queue.ts';
import {
  hasPaths,
  hasTemplates,
  loadTriggers,
  readTriggers,
  toFaultText,
} from './triggers/load.ts';
import { loadMatchTools, type MatchTools } from './triggers/match-tools.ts';
import { expandTriggers } from './triggers/on-failure.ts';
import { TriggerRegistry } from './triggers/registry.ts';
import { findConditionFaults } from './triggers/trigger-matcher.ts';
import type { Fault, ReadYaml } from './yaml.ts';

/** What the triggers file defines. */
export interface Definitions {
  readonly sources: readonly ConfiguredSource[];
  readonly triggers: TriggerRegistry;
  /** With file and line; each has taken its own trigger or source out and no other. */
  readonly faults: readonly string[];
  /** What may be meant as it is, and perhaps is not. */
  readonly warnings: readonly string[];
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
  const { file, sources, triggers, tools, isReadable, ...found } = await readAll(origin, known);
  const faults = found.faults.map((fault) => toFaultText(file, fault));
  const warnings = found.warnings.map((fault) => toFaultText(file, fault));
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  const registry = new TriggerRegistry(expandTriggers(triggers), tools);
  return { sources, triggers: registry, faults, warnings, isReadable };
}

/** Events of these come from within, so the file says nothing of them. */
const OWN_SOURCES = [STORAGE_QUEUE_SOURCE, COMPLETION_SOURCE, 'manual'];

/** What is sound of a triggers file, and what is not. */
export interface ReadDefinitions {
  /** What faults name it by. */
  readonly file: string;
  readonly sources: readonly ConfiguredSource[];
  /** As the file has them. */
  readonly triggers: readonly Trigger[];
  /** What their conditions need. */
  readonly tools: MatchTools;
  /** In the order of lines. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly isReadable: boolean;
}

export async function readAll(
  origin: Origin,
  { actors, kinds, code }: Known,
): Promise<ReadDefinitions> {
  const { read, name: file } = await readOrigin(origin);
  const { sources, faults } = loadSources(read, kinds);
  const names = [...sources.map((source) => source.name), ...OWN_SOURCES];
  const templates = hasTemplates(read) ? await import('./triggers/template-faults.ts') : undefined;
  const paths = hasPaths(read) ? await import('./triggers/mapping.ts') : undefined;
  const tools = await loadMatchTools(readTriggers(read), code);
  const conditions = {
    findConditionFaults: (trigger: Trigger) => findConditionFaults(trigger, tools),
  };
  const loaded = loadTriggers(read, {
    ...{ actors, sources: names },
    ...{ ...templates, ...paths, ...conditions },
  });
  const { triggers, warnings } = loaded;
  const all = [...faults, ...loaded.faults].sort((a, b) => a.line - b.line);
  return { file, sources, triggers, tools, faults: all, warnings, isReadable: !('faults' in read) };
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
