import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface SettingsFile {
  readonly Values?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Reads local.settings.json; empty when there is no such file. */
export function readSettingsFile(file: string): SettingsFile {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) as SettingsFile;
  } catch (cause) {
    throw new Error(`${file} is not valid JSON: correct it, or take --write away.`, { cause });
  }
}

/**
 * Replaces these values and keeps everything else, including the file's permissions.
 * @returns puts back what was there, where the values are still these
 */
export function mergeIntoSettingsFile(
  file: string,
  values: Readonly<Record<string, string>>,
): () => void {
  const settings = readSettingsFile(file);
  const merged = {
    IsEncrypted: false,
    ...settings,
    Values: { FUNCTIONS_WORKER_RUNTIME: 'node', ...settings.Values, ...values },
  };
  write(file, merged);
  return () => takeOut(file, values, settings.Values ?? {});
}

function takeOut(
  file: string,
  values: Readonly<Record<string, string>>,
  before: Readonly<Record<string, unknown>>,
): void {
  if (!existsSync(file)) return;
  const settings = readSettingsFile(file);
  const kept = Object.entries(settings.Values ?? {}).flatMap(([name, value]) => {
    if (values[name] !== value) return [[name, value]];
    return before[name] === undefined ? [] : [[name, before[name]]];
  });
  write(file, { ...settings, Values: Object.fromEntries(kept) });
}

function write(file: string, settings: SettingsFile): void {
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}
