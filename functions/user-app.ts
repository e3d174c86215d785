import type { LoadedApp } from '../shared/heddle/composition/assemble-app.ts';
import { loadApp } from '../shared/heddle/composition/load-app.ts';

/**
 * Loads the user's app. The build replaces this module by one that imports the same files statically,
 * so that they are in the bundle and nothing is searched at a cold start.
 */
export function loadUserApp(): Promise<LoadedApp> {
  return loadApp(new URL('../shared/app/', import.meta.url));
}
