import { join } from 'node:path';
import { isLogLevel } from '../logger.ts';
import { StartError } from '../start-error.ts';
import type { LogLevel } from '../worker/core-types.ts';
import { isObject, readJsonObject } from './read-json.ts';

/** Overrides host.json in Azure and here: https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values */
const logLevelVariable = 'AzureFunctionsJobHost__logging__logLevel__default';

export interface HostJson {
  routePrefix: string;
  logLevel: LogLevel;
}

export function readHostJson(appDir: string, env: NodeJS.ProcessEnv): HostJson {
  const json = readJsonObject(join(appDir, 'host.json'));
  if (!json) {
    throw new StartError(
      `There is no host.json in ${appDir}. Start in the folder of the function app, or name it with --app.`,
    );
  }
  const prefix = at(json, 'extensions', 'http', 'routePrefix') ?? 'api';
  if (typeof prefix !== 'string') {
    throw new StartError('"extensions.http.routePrefix" in host.json must be text, such as "api".');
  }
  return {
    routePrefix: prefix.replace(/^\/+|\/+$/g, ''),
    logLevel: toLogLevel(env[logLevelVariable] ?? at(json, 'logging', 'logLevel', 'default')),
  };
}

function at(json: unknown, ...path: string[]): unknown {
  let value = json;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return value;
}

function toLogLevel(value: unknown): LogLevel {
  const name = String(value ?? 'information').toLowerCase();
  if (isLogLevel(name)) return name;
  throw new StartError(
    `The default log level must be Trace, Debug, Information, Warning, Error, Critical or None; found "${name}".`,
  );
}
