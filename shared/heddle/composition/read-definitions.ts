import type { Pollers } from '../actors/poller.ts';
import { loadPollers } from '../actors/pollers/load-pollers.ts';
import type { Registrations } from '../actors/registrations.ts';
import type { Warning } from '../api/health.ts';
import { BUILT_IN_SOURCES } from '../connectors/built-in-sources.ts';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import { SUBSCRIBERS } from '../domain/subscribers.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConfigError } from '../errors/errors.ts';
import { type ConfiguredSource, loadSources } from '../sources/load.ts';
import type { SourceKind } from '../sources/source.ts';
import { loadMatchTools, type MatchTools } from '../triggers/conditions/index.ts';
import {
  loadTriggers,
  readPollerNames,
  readTriggers,
  toFaultText,
  toOwnLine,
  withCodeTriggers,
  withPollerDefaults,
} from '../triggers/definitions/index.ts';
import type { ActorInput } from '../triggers/plausibility/index.ts';
import { type EmptyFile, findEndpointWarnings, toFileWarnings } from './app-hints.ts';
import { builtInPollers } from './built-in-pollers.ts';
import { findCodeFaults, findCodeWarnings } from './code-faults.ts';
import { toWrittenSources, withCodeSources } from './code-sources.ts';
import { createDoubt, type Doubt, type DoubtOptions } from './plausibility.ts';
import { type Origin, readOrigin } from './read-origin.ts';
import { reportFiles } from './report-files.ts';
import { loadTriggerChecks } from './trigger-checks.ts';

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
  /** Files, and patterns of files, whose change may change the definitions. */
  readonly watched: readonly string[];
  /** Finds what is probably not meant, with file and line. For after the start: it takes a while. */
  readonly doubt: (known?: DoubtOptions) => Promise<readonly Warning[]>;
}

export interface Known {
  readonly actors: readonly string[];
  /** The built-in actors among them that send. */
  readonly sinks?: readonly string[] | undefined;
  readonly kinds: readonly SourceKind[];
  /** Triggers in code, and the code that triggers of the file refer to. */
  readonly runtime?: Registrations | undefined;
  /** Names of the `custom` sources that have code. */
  readonly endpoints?: readonly string[];
  /** Files of the app that export no part. */
  readonly emptyFiles?: readonly EmptyFile[];
  /** What actors take, by their names. */
  readonly inputs?: Readonly<Record<string, ActorInput>>;
}

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
  reportFiles(found.watched);
  const faults = found.faults.map((fault) => toFaultText(file, fault));
  const warnings = found.warnings.map((fault) => toFaultText(file, fault));
  if (faults.length > 0 && !isLenient) throw new ConfigError('The triggers cannot be used', faults);
  const doubt: Definitions['doubt'] = async (options) =>
    (await found.doubt(options)).map((fault) => ({
      text: toFaultText(file, fault),
      ...(fault.trigger === undefined ? {} : { trigger: fault.trigger }),
    }));
  return { ...found, faults, warnings, doubt };
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
  /** Those of the warnings that are about numbers which the file cannot keep exact. */
  readonly unquoted: readonly Fault[];
  readonly isReadable: boolean;
  /** Files, and patterns of files, whose change may change the definitions. */
  readonly watched: readonly string[];
  /** Finds what is probably not meant in the valid triggers. Sorted by line. */
  readonly doubt: Doubt;
}

export async function readAll(
  origin: Origin,
  { actors, sinks, kinds: known, runtime, endpoints = [], emptyFiles = [], inputs = {} }: Known,
): Promise<ReadDefinitions> {
  const { read: readAlone, name: file, watched = [] } = await readOrigin(origin);
  const kinds = await withCodeSources(known, runtime);
  const { read, pollers, pollerNames } = await readPolled(withCode(readAlone, runtime), runtime);
  const { sources, names, faults: sourceFaults } = loadSources(read, kinds, BUILT_IN_SOURCES);
  const tools = await loadMatchTools(readTriggers(read), runtime?.code);
  const checks = await loadTriggerChecks(read, { tools, pollers, runtime, inputs });
  const { triggers, ...found } = loadTriggers(read, {
    ...{ actors: runtime?.hasNamed ? [...actors, SUBSCRIBERS] : actors, sinks },
    ...{ sources: [...names, ...BUILT_IN_SOURCES], kinds: kinds.map(({ kind }) => kind) },
    ...{ emptyFiles, pollers: pollerNames, ...(runtime && { code: runtime.code }), ...checks },
  });
  const inCode = runtime ? findCodeFaults(runtime, read, readAlone) : [];
  const files = 'faults' in readAlone ? undefined : readAlone.files;
  const place = (fault: Fault) => toOwnLine(fault, files);
  const faults = [...sourceFaults, ...found.faults, ...inCode].sort((a, b) => a.line - b.line);
  const isReadable = !('faults' in read);
  const { unquoted, warnings: passedOver } = toReadWarnings(readAlone);
  const more = [
    ...found.warnings,
    ...(runtime ? findCodeWarnings(runtime) : []),
    ...toFileWarnings(emptyFiles),
    ...(isReadable ? findEndpointWarnings(endpoints, { sources, names }) : []),
  ];
  const warnings = [...passedOver, ...unquoted, ...more.map(place)];
  const placed = { faults: faults.map(place), warnings };
  const search = createDoubt({ read, triggers, sources, runtime, inputs });
  const doubt: Doubt = async (options) => (await search(options)).map(place);
  const parts = { triggers, sources, pollers, tools };
  return { file, ...parts, ...placed, unquoted, isReadable, watched, doubt };
}

/** What reading alone found, each with its own file. */
function toReadWarnings(read: ReadYaml) {
  if ('faults' in read) return { unquoted: [], warnings: [] };
  const { unquoted = [], warnings = [], files } = read;
  const place = (fault: Fault) => toOwnLine(fault, files);
  return { unquoted: unquoted.map(place), warnings: warnings.map(place) };
}

/** Adds the triggers and sources of code to a file's. */
function withCode(read: ReadYaml, runtime: Registrations | undefined): ReadYaml {
  return withCodeTriggers(read, {
    triggers: runtime?.toTriggers(readTriggers(read)) ?? [],
    sources: toWrittenSources(runtime),
  });
}

/** Loads the pollers that triggers name, and gives these triggers the pollers' defaults. */
async function readPolled(written: ReadYaml, runtime: Registrations | undefined) {
  const named = readPollerNames(readTriggers(written));
  const { names, pollers } = await loadPollers(named, builtInPollers, runtime?.pollers);
  return { read: withPollerDefaults(written, pollers), pollers, pollerNames: names };
}
