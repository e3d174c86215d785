import { ConfigError } from '../errors/errors.ts';
import { loadAppFile, loadAppFiles, toPath } from './app-files.ts';
import type { LoadedApp } from './assemble-app.ts';

/**
 * Loads an app: its heddle.config.ts and the files that are found by themselves.
 * @param folder the folder of heddle.config.ts: `new URL('../shared/app/', import.meta.url)`
 * @throws {ConfigError} that names each file that cannot be loaded
 */
export async function loadApp(folder: URL): Promise<LoadedApp> {
  const config = new URL('heddle.config.ts', folder);
  const [{ default: app }, files] = await Promise.all([loadAppFile(config), loadAppFiles(folder)]);
  if (typeof app === 'object' && app !== null) return { ...app, files };
  const fault = `${toPath(config)}: expected "export default defineApp({ … })"`;
  throw new ConfigError('The app cannot be loaded', [fault]);
}
