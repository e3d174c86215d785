import { randomBytes } from 'node:crypto';
import type { Headers, Query } from './http-request.ts';

/** Keys as local `func` requires them: none, unless started with --enableAuth. */
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
  return key === keys.master || (level === 'function' && key === keys.host);
}

function findCode(query: Query): string | undefined {
  const name = Object.keys(query).find((key) => key.toLowerCase() === 'code');
  return name === undefined ? undefined : query[name];
}
