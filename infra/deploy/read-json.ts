import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @throws {Error} that names the file where it is missing or no JSON */
export function readJson<T>(root: string, path: string): T {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
