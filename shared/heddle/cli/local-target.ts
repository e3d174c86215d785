import { readFileSync } from 'node:fs';
import { CliError } from './cli-error.ts';

/** Defaults of the command line from local.settings.json. */
export interface LocalTarget {
  readonly url: string;
  /**
   * Reads a setting by name, first from the environment, as the host does. @throws {CliError} unset
   */
  readSetting(name: string): string;
}

const DEFAULT_PORT = 7071;

export function readLocalTarget(
  path = 'local.settings.json',
  env: NodeJS.ProcessEnv = process.env,
): LocalTarget {
  const { Values = {}, Host = {} } = readSettings(path);
  return {
    url: `http://127.0.0.1:${Host.LocalHttpPort ?? DEFAULT_PORT}`,
    readSetting(name) {
      const value = env[name] ?? Values[name] ?? '';
      if (value.trim() !== '') return value;
      throw new CliError(`${name} is not set: run \`npm start\` once, or set it in ${path}.`);
    },
  };
}

interface LocalSettings {
  readonly Values?: Readonly<Record<string, string>>;
  readonly Host?: { readonly LocalHttpPort?: number };
}

function readSettings(path: string): LocalSettings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as LocalSettings;
  } catch (cause) {
    throw new CliError(`${path} is not JSON: correct it or delete it.`, { cause });
  }
}
