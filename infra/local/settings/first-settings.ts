import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, readJsonObject } from './read-json.ts';

const fileName = 'local.settings.json';
const exampleName = 'local.settings.example.json';

/** The changes that a start made to local.settings.json. */
export interface PreparedSettings {
  readonly isNew: boolean;
  /** Names of secrets that got a fresh random value. */
  readonly filled: readonly string[];
}

/**
 * Creates local.settings.json from its example on the first start. Secrets that are blank in the
 * example get a fresh value, also in a file that somebody copied from it. Other settings may be
 * blank for a reason. Undefined when there was nothing to do.
 */
export function prepareSettings(appDir: string): PreparedSettings | undefined {
  const example = readJsonObject(join(appDir, exampleName));
  if (!example) return undefined;
  const file = join(appDir, fileName);
  const blank = findBlank(example);
  if (!existsSync(file)) {
    const text = toText(fill(example, blank));
    return writeNew(file, text) ? { isNew: true, filled: blank } : undefined;
  }
  const settings = readJsonObject(file) ?? {};
  const still = findBlank(settings).filter((name) => blank.includes(name));
  if (still.length === 0 || settings.IsEncrypted === true) return undefined;
  return replace(file, toText(fill(settings, still))) ? { isNew: false, filled: still } : undefined;
}

function findBlank({ Values: values }: JsonObject): readonly string[] {
  if (!isObject(values)) return [];
  const isBlank = (value: unknown) => typeof value === 'string' && value.trim() === '';
  return Object.keys(values).filter((name) => name.endsWith('_SECRET') && isBlank(values[name]));
}

function fill(settings: JsonObject, names: readonly string[]): JsonObject {
  const fresh = names.map((name) => [name, randomBytes(32).toString('hex')]);
  return { ...settings, Values: { ...(settings.Values as object), ...Object.fromEntries(fresh) } };
}

function toText(settings: JsonObject): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** False when another host that started at the same time created the file. */
function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Replaces the file as a whole or not at all, since it may hold the user's own secrets. False where
 * it may not be written.
 */
function replace(link: string, text: string): boolean {
  const file = realpathSync(link);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: statSync(file).mode & 0o700, flag: 'wx' });
    renameSync(temporary, file);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}
