import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Headers, Query } from './http-request.ts';

/** Keys as local `func` requires them. There are none unless the host asks for keys. */
export interface FunctionKeys {
  /** Gives access to functions of level `function`. */
  readonly host: string;
  /** Gives access to everything, including `/admin`. */
  readonly master: string;
}

export function createFunctionKeys(): FunctionKeys {
  return { host: createKey(), master: createKey() };
}

function createKey(): string {
  return randomBytes(40).toString('base64url');
}

/** Checks the key. The header wins over `?code=`, even when it is wrong. */
export function isAuthorized(
  keys: FunctionKeys | undefined,
  level: string,
  headers: Headers,
  query: Query,
): boolean {
  if (!keys || level === 'anonymous') return true;
  const key = headers['x-functions-key'] ?? findCode(query);
  if (key === undefined) return false;
  return isSame(key, keys.master) || (level === 'function' && isSame(key, keys.host));
}

/** Compares digests: the time tells neither how much of a key was right, nor its length. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(toDigest(given), toDigest(expected));
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function findCode(query: Query): string | undefined {
  const name = Object.keys(query).find((key) => key.toLowerCase() === 'code');
  return name === undefined ? undefined : query[name];
}
