import { readFiles } from '../composition/read-files.ts';
import type { Origin } from '../composition/read-origin.ts';
import type { ReadYaml } from '../domain/fault.ts';
import { ConfigError } from '../errors/errors.ts';
import { type ConfiguredSource, loadSources } from '../sources/load.ts';
import type { SourceKind } from '../sources/source.ts';

// Not in the room's face: the deployed app loads the parser of YAML only for a file.
const { readYaml } = await import('../triggers/definitions/read-yaml.ts');

/**
 * Triggers of a test: the path of a triggers file, the text of one, a list of triggers, or an
 * object with `sources` and `triggers`.
 */
export type TestTriggers =
  | string
  | readonly object[]
  | { readonly sources?: object; readonly triggers?: readonly object[] };

export interface TestDefinitions {
  readonly origin: Origin;
  readonly sources: readonly ConfiguredSource[];
}

const NAME = 'triggers';

const UNUSABLE = 'The triggers cannot be used';

/** Reads the sources, which have to be signed for. The app itself checks the definitions. */
export function readTestDefinitions(
  given: TestTriggers,
  kinds: readonly SourceKind[],
): TestDefinitions {
  const { origin, read } = readGiven(given);
  const { sources } = loadSources(read, kinds);
  return { origin, sources };
}

function readGiven(given: TestTriggers): { readonly origin: Origin; readonly read: ReadYaml } {
  if (typeof given !== 'string') {
    const file = Array.isArray(given) ? { triggers: given } : given;
    return toJson({ triggers: [], ...file });
  }
  if (given.includes('\n')) return toJson(parseYaml(given, UNUSABLE));
  // A file that cannot be read is reported by the app.
  return { origin: { path: given }, read: readFiles(given, readYaml).read };
}

function toJson(file: unknown): { readonly origin: Origin; readonly read: ReadYaml } {
  const json = JSON.stringify(file, refuseFunctions);
  const read = { value: JSON.parse(json) as unknown, locate: () => 1 };
  return { origin: { json, name: NAME }, read };
}

/** @throws {ConfigError} with `headline` and every fault */
export function parseYaml(text: string, headline: string): unknown {
  const read = readYaml(text);
  if (!('faults' in read)) return read.value;
  const faults = read.faults.map(({ line, message }) => `line ${line}: ${message}`);
  throw new ConfigError(headline, faults);
}

/** JSON would drop a function without a word. */
function refuseFunctions(key: string, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  const fault = `${key}: a function is registered in the app, not given as a trigger: pass it with app`;
  throw new ConfigError(UNUSABLE, [fault]);
}
