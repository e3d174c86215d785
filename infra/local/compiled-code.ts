import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * Keeps what Node compiles, TypeScript most of all, from one start to the next, which takes a second
 * off it. Kept beside the packages, where nobody else writes, and for the workers too.
 * @see https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  // A container has the bundle alone.
  if (!existsSync(packages)) return;
  env.NODE_COMPILE_CACHE ??= `${packages}/.cache/heddle-compiled`;
  enableCompileCache(env.NODE_COMPILE_CACHE);
}

/** Writes it now: a later version starts before this process ends, and a process may be killed. */
export const saveCompiledCode = flushCompileCache;
