import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Keeps the code loaded at the start in few files. esbuild creates a chunk for every set of entry
 * points that share code, and each target of `await import()` is an entry point. Without this
 * plugin the start would load a dozen chunks, most of a kilobyte. Here each such target first
 * imports `base`, which is loaded by then, so that all of `base` is shared by the same set.
 * @see https://esbuild.github.io/api/#splitting
 * @param base the module whose chunk stays whole, as an absolute path. It must not await at its top
 *   level what it imports later: that import would wait for it.
 * @param api what the user's app imports, as an absolute path. Its modules are then in the chunk of
 *   `base` too, where other targets share them. It is marked as free of side effects, so that an import
 *   without a name would be dropped.
 */
export function createLazyImports(base: string, api: string): Plugin {
  return {
    name: 'lazy-imports',
    setup(build) {
      const root = build.initialOptions.absWorkingDir ?? process.cwd();
      build.onResolve({ filter: /.*/, namespace: 'file' }, async ({ path, kind, ...from }) => {
        if (kind !== 'dynamic-import') return undefined;
        const { importer, resolveDir } = from;
        const found = await build.resolve(path, { kind: 'import-statement', importer, resolveDir });
        if (found.errors.length > 0 || found.namespace !== 'file' || found.external)
          return undefined;
        if (!isModule(found.path)) return undefined;
        return { path: relative(root, found.path), namespace: 'lazy' };
      });
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
        contents: toText(base, api, resolve(root, path)),
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}

/** True for an ES module, false for CommonJS. */
function isModule(path: string): boolean {
  return /^\s*(import|export)\b/m.test(readFileSync(path, 'utf8'));
}

function toText(base: string, api: string, path: string): string {
  const [first, second, from] = [base, api, path].map((one) => JSON.stringify(one));
  const all = `import ${first};\nimport { defineApp } from ${second};\nexport * from ${from};`;
  const hasDefault = /\bexport\s+default\b|\bas\s+default\b/.test(readFileSync(path, 'utf8'));
  return hasDefault ? `${all}\nexport { default } from ${from};` : all;
}
