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

/** Replaces these values and keeps everything else, including the file's permissions. */
export function mergeIntoSettingsFile(
  file: string,
  values: Readonly<Record<string, string>>,
): void {
  const settings = readSettingsFile(file);
  const merged = {
    IsEncrypted: false,
    ...settings,
    Values: { FUNCTIONS_WORKER_RUNTIME: 'node', ...settings.Values, ...values },
  };
  writeFileSync(file, `${JSON.stringify(merged, null, 2)}\n`, { mode: 0o600 });
}
