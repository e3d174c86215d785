import { join } from 'node:path';
import { isLogLevel } from '../logger.ts';
import {
  readServiceBusOptions,
  type ServiceBusOptions,
} from '../service-bus/service-bus-options.ts';
import { StartError } from '../start-error.ts';
import {
  readStorageQueueOptions,
  type StorageQueueOptions,
} from '../storage-queue/storage-queue-options.ts';
import type { LogLevel } from '../worker/core-types.ts';
import { HostSettings } from './host-settings.ts';
import { readJsonObject } from './read-json.ts';

export interface HostJson {
  routePrefix: string;
  logLevel: LogLevel;
  serviceBus: ServiceBusOptions;
  queues: StorageQueueOptions;
}

export function readHostJson(appDir: string, env: NodeJS.ProcessEnv): HostJson {
  const json = readJsonObject(join(appDir, 'host.json'));
  if (!json) {
    throw new StartError(
      `There is no host.json in ${appDir}. Start in the folder of the function app, or name it with --app.`,
    );
  }
  const settings = HostSettings.from(json, env);
  const extensions = settings.section('extensions');
  return {
    routePrefix: toRoutePrefix(extensions.section('http').value('routePrefix')),
    logLevel: toLogLevel(settings.section('logging', 'logLevel').value('default')),
    serviceBus: readServiceBusOptions(extensions.section('serviceBus')),
    queues: readStorageQueueOptions(extensions.section('queues'), env),
  };
}

function toRoutePrefix(value: unknown): string {
  const prefix = value ?? 'api';
  if (typeof prefix === 'string') return prefix.replace(/^\/+|\/+$/g, '');
  throw new StartError('"extensions.http.routePrefix" in host.json must be text, such as "api".');
}

function toLogLevel(value: unknown): LogLevel {
  const name = String(value ?? 'information').toLowerCase();
  if (isLogLevel(name)) return name;
  throw new StartError(
    `The default log level must be Trace, Debug, Information, Warning, Error, Critical or None; found "${name}".`,
  );
}
