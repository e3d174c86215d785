import { readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors/errors.ts';

/** Folders of an app whose files are found by themselves. */
export const APP_FOLDERS = ['actors', 'events', 'pollers'] as const;
export type AppFolder = (typeof APP_FOLDERS)[number];

/** A file of an app, loaded. */
export interface AppFile {
  readonly folder: AppFolder;
  /** The file's path, for faults: `shared/app/actors/greeter.ts`. */
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Lists the files of a folder that are loaded, sorted; none where there is no such folder. */
export function listAppFiles(app: URL, folder: AppFolder): readonly string[] {
  try {
    const entries = readdirSync(new URL(`${folder}/`, app), { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && isAppFile(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function isAppFile(name: string): boolean {
  return /^[^_.].*\.ts$/.test(name) && !/\.(test|d)\.ts$/.test(name);
}

/**
 * Loads all files of an app's folders.
 * @throws {ConfigError} that names each file that cannot be loaded
 */
export async function loadAppFiles(app: URL): Promise<readonly AppFile[]> {
  const listed = APP_FOLDERS.flatMap((folder) =>
    listAppFiles(app, folder).map((name) => ({ folder, url: new URL(`${folder}/${name}`, app) })),
  );
  const results = await Promise.all(
    listed.map(async ({ folder, url }) => ({ folder, ...(await tryLoad(url)) })),
  );
  const faults = results.flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) throw new ConfigError('The app cannot be loaded', faults);
  return results.map(({ folder, path, exports }) => ({ folder, path, exports }));
}

/** @throws {ConfigError} that names the file if it cannot be loaded */
export async function loadAppFile(url: URL): Promise<AppFile['exports']> {
  const { exports, fault } = await tryLoad(url);
  if (fault !== undefined) throw new ConfigError('The app cannot be loaded', [fault]);
  return exports;
}

interface Loaded extends Omit<AppFile, 'folder'> {
  readonly fault?: string;
}

async function tryLoad(url: URL): Promise<Loaded> {
  const path = toPath(url);
  try {
    return { path, exports: (await import(url.href)) as AppFile['exports'] };
  } catch (error) {
    return { path, exports: {}, fault: `${path}: ${toText(error)}` };
  }
}

/** The path relative to the working directory, as a user knows the file. */
export function toPath(url: URL): string {
  const path = fileURLToPath(url);
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short.replaceAll('\\', '/');
}

/** The error with the first place in its stack: the file at fault may be one that this one loads. */
function toText(error: unknown): string {
  if (!(error instanceof Error)) return `it throws ${String(error)} while it loads`;
  const [place] = /(?:file:\/\/)?\/[^\s()]+\.[cm]?[jt]s:\d+(?::\d+)?/.exec(error.stack ?? '') ?? [];
  const what = `${error.name}: ${error.message.trim()}`;
  return place === undefined ? what : `${what} (${place.replace('file://', '')})`;
}
