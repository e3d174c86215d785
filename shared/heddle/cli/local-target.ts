import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './cli-error.ts';

/** Defaults of the command line from local.settings.json. */
export interface LocalTarget {
  /** Of the host that runs here, whatever its port; else of the one that `npm start` would start. */
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
  const folder = env.HEDDLE_DATA_DIR ?? Values.HEDDLE_DATA_DIR ?? '';
  const running = findRunning(folder.trim() || '.heddle');
  return {
    url: running ?? `http://127.0.0.1:${Host.LocalHttpPort ?? DEFAULT_PORT}`,
    readSetting(name) {
      const value = env[name] ?? Values[name] ?? '';
      if (value.trim() !== '') return value;
      throw new CliError(`${name} is not set: ${toFix(path)}`);
    },
  };
}

/** What `npm start` fills is there after the first start; everything else is the author's to set. */
function toFix(path: string): string {
  if (!existsSync(path)) return `there is no ${path} here: run \`npm start\` once, which makes it.`;
  return `put it under "Values" in ${path}, with the value that the sender signs with, and start the host again.`;
}

/** The host that says in the data folder that it runs, if its process is there. */
function findRunning(folder: string): string | undefined {
  try {
    const { pid, url } = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8'));
    process.kill(pid, 0);
    return typeof url === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(url) ? url : undefined;
  } catch {
    return undefined;
  }
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
