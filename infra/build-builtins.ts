import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Turns every `import … from` of Node's own modules into a plain look-up. Importing one into an ES
 * module reads all of its exports, and some load more at each start: `node:http` loads undici,
 * `node:fs` its promises, twice the cost of the whole entry (`npm run bench`).
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
