import { globSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JsonObject, readJsonObject } from '../settings/read-json.ts';
import { StartError } from '../start-error.ts';
import type { AppRegistry } from './app-registry.ts';
import { createAppStartContext, runHooks } from './hook-contexts.ts';

/** Thrown when an entry file throws; `cause` is the original error. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/** What the host must know of the app besides its functions. */
export interface LoadedApp {
  /** Where HTTP requests are forwarded to; undefined: they go by RPC. */
  readonly httpUri: string | undefined;
}

/**
 * Loads the entry files one after the other, then runs the appStart hooks.
 *
 * An entry file that throws ends the start here. Microsoft's worker, from Node 20, skips the later
 * files, and the outcome depends on how far the app had come:
 * - no function registered yet: the error goes to stderr only, and the host takes the app for one
 *   of the old model and says "no functions";
 * - some registered: the host logs "Worker failed to index functions" and runs none of them.
 * Both leave a host that answers 404 to everything, so stopping with the error is the same, but
 * louder.
 * https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/eventHandlers/FunctionsMetadataHandler.ts
 */
export async function loadApp(appDir: string, registry: AppRegistry): Promise<LoadedApp> {
  const packageJson = readPackageJson(appDir);
  for (const file of findEntryFiles(appDir, packageJson.main)) {
    registry.currentEntryPoint = file;
    try {
      await loadFile(join(appDir, file), packageJson);
    } catch (cause) {
      throw new LoadError(`Worker was unable to load entry point "${file}"`, { cause });
    } finally {
      registry.currentEntryPoint = 'unknown';
    }
  }
  await runHooks(registry.hooks.appStart, createAppStartContext(registry, appDir));
  const httpUri = await settleCapabilities(registry);
  registry.lock();
  return { httpUri };
}

function readPackageJson(appDir: string): JsonObject {
  const packageJson = readJsonObject(join(appDir, 'package.json'));
  if (packageJson) return packageJson;
  throw new StartError(
    `There is no package.json in ${appDir}. Start in the folder of the function app, or name it with --app.`,
  );
}

function findEntryFiles(appDir: string, main: unknown): string[] {
  if (typeof main !== 'string' || main === '') {
    throw new StartError(
      'package.json names no entry: set "main" to a file or a pattern such as "functions/*.ts".',
    );
  }
  const files = globSync(main, { cwd: appDir }).filter((file) =>
    statSync(join(appDir, file)).isFile(),
  );
  if (files.length === 0) {
    throw new StartError(`No file matches "main" in package.json: "${main}".`);
  }
  return files.sort();
}

/** https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/loadScriptFile.ts */
async function loadFile(path: string, packageJson: JsonObject): Promise<void> {
  if (isEsModule(path, packageJson)) await import(pathToFileURL(path).href);
  else createRequire(path)(path);
}

function isEsModule(path: string, packageJson: JsonObject): boolean {
  const name = basename(path);
  if (/\.m[jt]s$/.test(name)) return true;
  if (/\.c[jt]s$/.test(name)) return false;
  return packageJson.type === 'module';
}

/** Asking for the capabilities also locks `app.setup()`, as the worker's start does. */
async function settleCapabilities(registry: AppRegistry): Promise<string | undefined> {
  const capabilities = await registry.programmingModel?.getCapabilities?.({});
  return capabilities?.HttpUri;
}
