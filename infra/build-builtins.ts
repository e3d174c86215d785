import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Makes every `import … from` of Node's own modules a plain look-up. An ES module's import of one reads all
 * of its exports, and some of those load something each time a process starts: `node:http` brings
 * undici in, `node:fs` its promises, twice what all of the entry takes (`npm run bench`).
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
export const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path, kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(path)) return undefined;
      return { path, namespace: 'builtin' };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};
