import type { LoadedApp } from '../composition/assemble-app.ts';
import { loadApp as load } from '../composition/load-app.ts';

/**
 * Loads an app as it is started: its `heddle.config.ts`, and the actors, events and pollers that are
 * found in its folders.
 * @param folder the folder of `heddle.config.ts`
 * @example
 * const app = await loadApp(new URL('../../shared/app/', import.meta.url));
 * await using test = await createTestApp({ app, triggers: 'infra/triggers.yaml' });
 * @throws {ConfigError} that names each file that cannot be loaded
 */
export function loadApp(folder: URL): Promise<LoadedApp> {
  return load(folder);
}
