import { pathToFileURL } from 'node:url';
import { LogActor } from '../shared/heddle/actors/log.ts';
import { assembleApp, type LoadedApp } from '../shared/heddle/composition/assemble-app.ts';
import { createIdleActors } from '../shared/heddle/composition/built-in-actors.ts';
import { loadApp } from '../shared/heddle/composition/load-app.ts';
import type { Known } from '../shared/heddle/composition/read-definitions.ts';
import { loadAllKinds } from '../shared/heddle/composition/source-kinds.ts';
import { ConfigError } from '../shared/heddle/errors/errors.ts';

/** Everything that an app knows, read without opening it: triggers are checked against it. */
export type KnownToApp = Required<Known>;

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
  const { actors, registrations, faults, ...own } = assembleApp(app);
  if (faults.length > 0) throw new ConfigError('The app cannot be used', faults);
  const builtIn = await createIdleActors();
  const isBuiltIn = (name: string) => !Object.hasOwn(actors, name);
  return {
    actors: Object.keys({ log: LogActor, ...builtIn, ...actors }),
    sinks: Object.keys(builtIn).filter(isBuiltIn),
    kinds: await loadAllKinds(own),
    runtime: registrations,
  };
}
