import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readJsonObject } from '../settings/read-json.ts';
import { StartError } from '../start-error.ts';
import { createFunctionKeys, type FunctionKeys } from './function-keys.ts';

/** Reads the keys that an earlier start kept, or makes and keeps them, for its owner's eyes alone. */
export function keepKeys(file: string): FunctionKeys {
  const kept = readKeys(file);
  if (kept) return kept;
  const keys = createFunctionKeys();
  write(file, `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

function readKeys(file: string): FunctionKeys | undefined {
  const kept = tell(file, () => readJsonObject(file));
  if (!kept) return undefined;
  const { host, master } = kept;
  if (isKey(host) && isKey(master)) return { host, master };
  throw new StartError(
    `${file} must hold two texts, "host" and "master". Correct it, or remove it: the next start makes new keys.`,
  );
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Writes the file as a whole or not at all: half a key would let in nobody. */
function write(file: string, text: string): void {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  tell(file, () => {
    try {
      writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
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
