import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StartError } from '../start-error.ts';

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the file's JSON object; undefined when there is no such file. */
export function readJsonObject(file: string): JsonObject | undefined {
  if (!existsSync(file)) return undefined;
  const value = parseJson(file);
  if (isObject(value)) return value;
  throw new StartError(`${basename(file)} must hold one JSON object: { … }.`);
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${basename(file)} is not valid JSON: ${reason}. Correct ${file}.`);
  }
}
