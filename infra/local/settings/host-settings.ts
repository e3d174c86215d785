import { StartError } from '../start-error.ts';
import { isObject, type JsonObject } from './read-json.ts';
import { parseTimeSpan } from './time-span.ts';

/** https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values */
const overridePrefix = /^AzureFunctionsJobHost__/i;

/** The settings of host.json with overrides from the environment. Names ignore case. */
export class HostSettings {
  readonly #json: JsonObject;
  readonly #path: string;

  constructor(json: JsonObject, path = '') {
    this.#json = json;
    this.#path = path;
  }

  static from(json: JsonObject, env: NodeJS.ProcessEnv): HostSettings {
    const merged = structuredClone(json);
    for (const [name, value] of Object.entries(env)) {
      if (!overridePrefix.test(name) || value === undefined) continue;
      setAt(merged, name.replace(overridePrefix, '').split('__'), value);
    }
    return new HostSettings(merged);
  }

  section(...names: string[]): HostSettings {
    const path = [this.#path, ...names].filter(Boolean).join('.');
    let json: unknown = this.#json;
    for (const name of names) json = isObject(json) ? json[findKey(json, name)] : undefined;
    return new HostSettings(isObject(json) ? json : {}, path);
  }

  value(name: string): unknown {
    return this.#json[findKey(this.#json, name)] ?? undefined;
  }

  integer(name: string, fallback: number, range: { min: number; max?: number }): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const { min, max = 2 ** 31 - 1 } = range;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (Number.isInteger(number) && (number as number) >= min && (number as number) <= max) {
      return number as number;
    }
    throw this.#fault(name, `a whole number from ${min} to ${max}`, value);
  }

  /** Milliseconds of a time in the form `hh:mm:ss`. */
  timeSpan(name: string, fallback: number): number;
  timeSpan(name: string, fallback: undefined): number | undefined;
  timeSpan(name: string, fallback: number | undefined): number | undefined {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const milliseconds = typeof value === 'string' ? tryParseTimeSpan(value) : undefined;
    if (milliseconds !== undefined) return milliseconds;
    throw this.#fault(name, 'a time hh:mm:ss, such as "00:05:00"', value);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const text = String(value).toLowerCase();
    if (text === 'true' || text === 'false') return text === 'true';
    throw this.#fault(name, 'true or false', value);
  }

  /** Returns the setting, in lower case, which must be one of `choices`. */
  choice<const T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const value = this.value(name);
    if (value === undefined) return choices[0];
    const choice = choices.find((candidate) => candidate === String(value).toLowerCase());
    if (choice !== undefined) return choice;
    throw this.#fault(name, choices.map((candidate) => `"${candidate}"`).join(' or '), value);
  }

  #fault(name: string, expected: string, found: unknown): StartError {
    const path = [this.#path, name].filter(Boolean).join('.');
    return new StartError(
      `"${path}" in host.json must be ${expected}; found ${JSON.stringify(found)}.`,
    );
  }
}

function findKey(json: JsonObject, name: string): string {
  if (Object.hasOwn(json, name)) return name;
  return Object.keys(json).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

function setAt(json: JsonObject, path: string[], value: string): void {
  const [name = '', ...rest] = path;
  const key = findKey(json, name);
  if (rest.length === 0) {
    json[key] = value;
    return;
  }
  const child = Object.hasOwn(json, key) && isObject(json[key]) ? json[key] : {};
  json[key] = child;
  setAt(child, rest, value);
}

function tryParseTimeSpan(text: string): number | undefined {
  try {
    return parseTimeSpan(text);
  } catch {
    return undefined;
  }
}
