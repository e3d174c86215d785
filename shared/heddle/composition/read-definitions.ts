import { readFileSync } from 'node:fs';
import type { CodeFault } from '../actors/code-fault.ts';
import type { Pollers } from '../actors/poller.ts';
import { loadPollers } from '../actors/pollers/load-pollers.ts';
import type { Registrations } from '../actors/registrations.ts';
import { BUILT_IN_SOURCES } from '../connectors/built-in-sources.ts';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import { SUBSCRIBERS } from '../domain/subscribers.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConfigError } from '../errors/errors.ts';
import { type ConfiguredSource, loadSources } from '../sources/load.ts';
import { findSchemaFault } from '../sources/payload-schema.ts';
import type { SourceKind } from '../sources/source.ts';
import {
  findConditionFaults,
  loadMatchTools,
  type MatchTools,
} from '../triggers/conditions/index.ts';
import {
  CODE_LINE,
  findPollFaults,
  hasPaths,
  hasSchedules,
  hasTemplates,
  hasTriggers,
  loadTriggers,
  readPollerNames,
  readReferences,
  readTriggers,
  toFaultText,
  withCodeTriggers,
  withPollerDefaults,
} from '../triggers/definitions/index.ts';
import { builtInPollers } from './built-in-pollers.ts';
import { findTakenSources, toWrittenSources, withCodeSources } from './code-sources.ts';

/** The definitions from the triggers file and from code. */
export interface Definitions {
  readonly sources: readonly ConfiguredSource[];
  /** Triggers of the file and of code, for the catalogue's base layer. */
  readonly triggers: readonly Trigger[];
  /** Tools that the triggers' conditions need. */
  readonly tools: MatchTools;
  /** Pollers in code, and the built-in ones that triggers name. */
  readonly pollers: Pollers;
  /** Faults with file and line. Each excludes its own trigger or source and no other. */
  readonly faults: readonly string[];
  /** Definitions that are valid but may be mistakes. */
  readonly warnings: readonly string[];
  /** False where nothing could be read: not even the trusted senders are known. */
  readonly isReadable: boolean;
}

export interface Known {
  readonly actors: readonly string[];
  /** The built-in actors among them that send. */
  readonly sinks?: readonly string[] | undefined;
  readonly kinds: readonly SourceKind[];
  /** Triggers in code, and the code that triggers of the file refer to. */
  readonly runtime?: Registrations | undefined;
}

/** A triggers file, or the JSON that a deployment put into settings; `name` is for its faults. */
export type Origin = { readonly path: string } | { readonly json: string; readonly name?: string };

/**
 * @param isLenient keep the valid definitions of a file with faults, as a deployed app does
 * @throws {ConfigError} with every fault, unless lenient
 */
export async function readDefinitions(
  origin: Origin,
  known: Known,
  isLenient: boolean,
): Promise<Definitions> {
  const { file, ...found } = await readAll(origin, known);
  const faults = found.faults.map((fault) => toFaultText(file, fault));
  const warnings = found.warnings.map((fault) => toFaultText(file, fault));
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  return { ...found, faults, warnings };
}

/** The valid definitions of a triggers file, with its faults. */
export interface ReadDefinitions {
  /** The file's name in faults. */
  readonly file: string;
  readonly sources: readonly ConfiguredSource[];
  /** Triggers as the file has them. */
  readonly triggers: readonly Trigger[];
  readonly pollers: Pollers;
  /** Tools that the triggers' conditions need. */
  readonly tools: MatchTools;
  /** Sorted by line. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly isReadable: boolean;
}

export async function readAll(
  origin: Origin,
  { actors, sinks, kinds: known, runtime }: Known,
): Promise<ReadDefinitions> {
  const { read: readAlone, name: file } = await readOrigin(origin);
  const kinds = await withCodeSources(known, runtime);
  const written = withCodeTriggers(readAlone, {
    triggers: runtime?.toTriggers(readTriggers(readAlone)) ?? [],
    sources: toWrittenSources(runtime),
  });
  const named = readPollerNames(readTriggers(written));
  const { names: pollerNames, pollers } = await loadPollers(
    named,
    builtInPollers,
    runtime?.pollers,
  );
  const read = withPollerDefaults(written, pollers);
  const { sources, names: sourceNames, faults } = loadSources(read, kinds, BUILT_IN_SOURCES);
  const names = [...sourceNames, ...BUILT_IN_SOURCES];
  const templates = hasTemplates(read)
    ? await import('../triggers/templates/template-faults.ts')
    : undefined;
  const paths = hasPaths(read) ? await import('../triggers/inputs/mapping.ts') : undefined;
  const schedules = hasSchedules(read)
    ? await import('../triggers/schedules/schedule-faults.ts')
    : undefined;
  const tools = await loadMatchTools(readTriggers(read), runtime?.code);
  const conditions = {
    findConditionFaults: (trigger: Trigger) => findConditionFaults(trigger, tools),
    findSchemaFaults: (trigger: Trigger) => findSchemaFaults(trigger, runtime),
    findPollFaults: (trigger: Trigger) => findPollFaults(trigger, pollers),
  };
  const loaded = loadTriggers(read, {
    ...{
      actors: runtime?.hasNamed ? [...actors, SUBSCRIBERS] : actors,
      sinks,
      sources: names,
      kinds: kinds.map(({ kind }) => kind),
      pollers: pollerNames,
    },
    ...(runtime && { code: runtime.code }),
    ...{ ...templates, ...paths, ...schedules, ...conditions },
  });
  const { triggers } = loaded;
  const inCode = runtime ? findCodeFaults(runtime, read, readAlone) : [];
  const all = [...faults, ...loaded.faults, ...inCode].sort((a, b) => a.line - b.line);
  const warnings = [...loaded.warnings, ...(runtime?.findWarnings() ?? []).map(toFault)];
  const isReadable = !('faults' in read);
  return { file, sources, triggers, pollers, tools, faults: all, warnings, isReadable };
}

/** Skips schemas that code gave as its own, which code checks. */
function findSchemaFaults({ name, schema }: Trigger, runtime: Registrations | undefined) {
  const fault = schema && !runtime?.schemas.has(name) ? findSchemaFault(schema) : undefined;
  return fault === undefined ? [] : [{ path: ['schema'], message: fault }];
}

/**
 * Skips a file without a list of triggers: whether the triggers that code mentions exist is then
 * unknown.
 */
function findCodeFaults(
  runtime: Registrations,
  read: ReadYaml,
  readAlone: ReadYaml,
): readonly Fault[] {
  if (!hasTriggers(read) || 'faults' in readAlone) return [];
  const names = readTriggers(read).flatMap((trigger) => readReferences(trigger).name ?? []);
  const faults = runtime.findFaults(new Set(names));
  return [...faults, ...findTakenSources(readAlone.value, runtime)].map(toFault);
}

function toFault({ name, message }: CodeFault): Fault {
  return { line: CODE_LINE, trigger: name, message };
}

async function readOrigin(origin: Origin): Promise<{ read: ReadYaml; name: string }> {
  if ('json' in origin) {
    return { read: readJson(origin.json), name: origin.name ?? 'TRIGGERS_B64_00' };
  }
  const name = origin.path;
  const text = readText(name);
  if (text === undefined) return { read: { faults: [{ line: 1, message: MISSING }] }, name };
  // Loaded lazily, as YAML's parser takes longer to load than all the rest here.
  const { readYaml } = await import('../triggers/definitions/read-yaml.ts');
  return { read: readYaml(text), name };
}

const MISSING = 'the file cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE';

/** The JSON is compact, so all its faults are in line 1. */
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
