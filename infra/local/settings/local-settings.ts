import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { isObject, type JsonObject, readJsonObject } from './read-json.ts';

const fileName = 'local.settings.json';

export interface LocalSettings {
  values: Record<string, string>;
  port: number | undefined;
  corsOrigins: string[];
}

export function readLocalSettings(appDir: string): LocalSettings {
  const settings = readJsonObject(join(appDir, fileName)) ?? {};
  if (settings.IsEncrypted === true) {
    throw new StartError(
      `${fileName} is encrypted and cannot be read here. ` +
        'Run "func settings decrypt", or set "IsEncrypted": false and enter the values again.',
    );
  }
  const host = toObject(settings, 'Host');
  return {
    values: toValues(toObject(settings, 'Values')),
    port: toPort(host.LocalHttpPort),
    corsOrigins: toOrigins(host.CORS),
  };
}

function toObject(parent: JsonObject, name: string): JsonObject {
  const value = parent[name] ?? {};
  if (isObject(value)) return value;
  throw new StartError(`"${name}" in ${fileName} must be an object: { … }.`);
}

function toValues(values: JsonObject): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'object' && value !== null) {
      throw new StartError(
        `"${name}" under "Values" in ${fileName} must be text: write nested settings as "A__B": "…".`,
      );
    }
    texts[name] = value === null ? '' : String(value);
  }
  return texts;
}

function toPort(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartError(
    `"Host.LocalHttpPort" in ${fileName} must be a whole number up to 65535; found ${JSON.stringify(value)}.`,
  );
}

function toOrigins(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string') {
    throw new StartError(
      `"Host.CORS" in ${fileName} must be text: "*" or origins split by commas.`,
    );
  }
  return value
    .split(',')
    .map((origin) => origin.trim().replace(/\/$/, ''))
    .filter(Boolean);
}

/** Variables that are already set win over local.settings.json, as with func. */
export function applySettings(values: Record<string, string>, env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
}
