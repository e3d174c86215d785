import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExactJson } from '../../shared/heddle/domain/exact-json.ts';

// Not in the room's face: the deployed app loads the parser of YAML only for a file.
const { readYaml } = await import('../../shared/heddle/triggers/definitions/read-yaml.ts');

export const TRIGGERS_FILE = 'infra/triggers.yaml';

/** The definitions that a deployment would use, unchecked. */
export interface Deployed {
  readonly triggers: unknown;
  readonly sources: unknown;
  /**
   * The origin of the triggers: the file, or the setting of the azd environment that replaces it.
   */
  readonly file: string;
  /** The text of the triggers file; undefined where settings replace all of it. */
  readonly yaml: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the definitions. azd passes the settings of its environment to its hooks. @throws
 * {SyntaxError} for invalid JSON
 */
export function readDeployed(root: string, env: Environment): Deployed {
  const triggers = readSetting(env, 'TRIGGERS_JSON');
  const sources = readSetting(env, 'SOURCES_JSON');
  const isReplaced = triggers !== undefined && sources !== undefined;
  const yaml = isReplaced ? undefined : readFileSync(join(root, TRIGGERS_FILE), 'utf8');
  const file = yaml === undefined ? {} : readValue(yaml);
  return {
    triggers: triggers ?? file.triggers,
    sources: sources ?? file.sources ?? {},
    file: triggers === undefined ? TRIGGERS_FILE : 'TRIGGERS_JSON',
    yaml,
  };
}

function readSetting(env: Environment, name: string): unknown {
  const text = env[name] ?? '';
  if (text.trim() === '') return undefined;
  try {
    return parseExactJson(text);
  } catch (error) {
    const message = `${name} is no JSON: azd env set ${name} "$(cat a-file.json)"`;
    throw new SyntaxError(message, { cause: error });
  }
}

function readValue(text: string): { readonly triggers?: unknown; readonly sources?: unknown } {
  const read = readYaml(text);
  return 'value' in read && typeof read.value === 'object' ? (read.value ?? {}) : {};
}
