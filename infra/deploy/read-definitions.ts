import { access } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readOrigin } from '../../shared/heddle/composition/read-origin.ts';
import { parseExactJson } from '../../shared/heddle/domain/exact-json.ts';
import type { Fault, ReadYaml } from '../../shared/heddle/domain/fault.ts';
import { toFaultText, withoutHolders } from '../../shared/heddle/triggers/definitions/index.ts';

export const TRIGGERS_FILE = 'infra/triggers.yaml';

/** The definitions that a deployment would use, unchecked. */
export interface Deployed {
  /** All parts of the triggers file, whatever they are, as the app reads them. */
  readonly value: unknown;
  /** The file with its lines; undefined where a setting takes the place of a part of it. */
  readonly read: ReadYaml | undefined;
  /**
   * The origin of the triggers: the file, or the setting of the azd environment that replaces it.
   */
  readonly file: string;
  /** The triggers file and those that it includes; none where settings replace all of it. */
  readonly texts: readonly WrittenText[];
}

export interface WrittenText {
  readonly name: string;
  readonly text: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Parts = Readonly<Record<string, unknown>>;

/**
 * Reads the definitions. azd passes the settings of its environment to its hooks. `TRIGGERS_JSON`
 * is a list, in place of the file's triggers, or an object, in place of the whole file.
 * @throws {SyntaxError} for invalid JSON, and for a file that leaves only settings to be read
 */
export async function readDeployed(root: string, env: Environment): Promise<Deployed> {
  const triggers = readSetting(env, 'TRIGGERS_JSON');
  const sources = readSetting(env, 'SOURCES_JSON');
  const file = triggers === undefined ? TRIGGERS_FILE : 'TRIGGERS_JSON';
  const given = sources === undefined ? {} : { sources };
  if (isParts(triggers)) {
    return { value: { ...triggers, ...given }, read: undefined, file, texts: [] };
  }
  const path = join(root, TRIGGERS_FILE);
  await access(path);
  // The app's own reader, so that whatever it resolves is resolved here too.
  const { read, texts: found = [] } = await readOrigin({ path });
  const texts = found.map(({ name, text }) => ({ name: relative(root, name), text }));
  if (triggers === undefined && sources === undefined) {
    const value = 'value' in read ? withoutHolders(read.value) : undefined;
    return { value, read, file, texts };
  }
  const list = triggers === undefined ? {} : { triggers };
  return { value: { ...toParts(read), ...given, ...list }, read: undefined, file, texts };
}

function toParts(read: ReadYaml): Parts {
  if ('value' in read) return isParts(read.value) ? withoutHolders(read.value) : {};
  throw new SyntaxError(toFirstFault(read.faults));
}

export function toFirstFault([fault]: readonly Fault[]): string {
  return fault ? toFaultText(TRIGGERS_FILE, fault) : `${TRIGGERS_FILE} cannot be read`;
}

export function isParts(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readSetting(env: Environment, name: string): unknown {
  const text = (env[name] ?? '').trim();
  if (text === '') return undefined;
  try {
    return parseExactJson(text) ?? undefined;
  } catch (error) {
    const message = `${name} is no JSON: azd env set ${name} "$(cat a-file.json)"`;
    throw new SyntaxError(message, { cause: error });
  }
}
