import { pathToFileURL } from 'node:url';
import type { LoadedApp } from '../shared/heddle/composition/assemble-app.ts';
import { createIdleActors } from '../shared/heddle/composition/built-in-actors.ts';
import {
  assembleSound,
  type KnownToApp,
  listKnown,
} from '../shared/heddle/composition/known-to-app.ts';
import { loadApp } from '../shared/heddle/composition/load-app.ts';

export type { KnownToApp } from '../shared/heddle/composition/known-to-app.ts';

/**
 * Loads the user's app for the tools that check triggers against it.
 * @param root the folder that holds `shared/app`
 * @throws {ConfigError} with every fault of the app
 */
export async function loadUserApp(root: string): Promise<KnownToApp> {
  return toKnown(await loadApp(new URL('shared/app/', pathToFileURL(`${root}/`))));
}

/** @throws {ConfigError} with every fault of the app */
export async function toKnown(app: LoadedApp): Promise<KnownToApp> {
  return listKnown(assembleSound(app), await createIdleActors());
}
