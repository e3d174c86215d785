import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isObject } from '../settings/read-json.ts';
import { StartError } from '../start-error.ts';
import { createFunctionKeys, type FunctionKeys } from './function-keys.ts';
import { isStrongKey, KEY_RULE } from './given-keys.ts';

/** Reads the keys that an earlier start kept, or makes and keeps them, for its owner's eyes alone. */
export function keepKeys(file: string): FunctionKeys {
  const kept = readKeys(file);
  if (kept) return kept;
  const keys = createFunctionKeys();
  const isFirst = write(file, `${JSON.stringify(keys, null, 2)}\n`);
  return (isFirst ? undefined : readKeys(file)) ?? keys;
}

function readKeys(file: string): FunctionKeys | undefined {
  const text = tell(file, () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined));
  if (text === undefined) return undefined;
  const { host, master } = parse(text) ?? {};
  if (isKey(host) && isKey(master)) return { host, master };
  throw new StartError(
    `${file} must hold two texts, "host" and "master", as JSON: ${KEY_RULE} each. Correct it, or remove it: the next start makes new keys.`,
  );
}

/** The fault is not told: the parser's message quotes the text, which may be a key. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && isStrongKey(value);
}

/**
 * Writes the file as a whole or not at all: half a key would let in nobody.
 * @returns false where another start has written it meanwhile
 */
function write(file: string, text: string): boolean {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  return tell(file, () => {
    try {
      writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
      return publish(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** A hard link, unlike a rename, does not replace what another start has kept. */
function publish(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file);
  } catch {
    if (existsSync(file)) return false;
    // The file system has no hard links, or `file` is a link that leads nowhere.
    renameSync(temporary, file);
  }
  return true;
}

function tell<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const user = process.getuid ? `, which runs as uid ${process.getuid()}` : '';
    throw new StartError(
      `The keys cannot be kept in ${file} (${code}): its folder must exist and be writable by this process${user}.`,
    );
  }
}
