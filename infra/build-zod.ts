import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Matches our own sources, not other plugins' versions of the same paths. */
const OURS = /[\\/](shared|functions)[\\/].*\.ts$/;

/**
 * Replaces the import of `z` by a namespace import. zod's export `z` is an object with all of zod,
 * every language included: half of the bundle. Of `import * as z` only the used parts are bundled.
 * https://github.com/colinhacks/zod/issues/6597
 */
export const shakeZod: Plugin = {
  name: 'shake-zod',
  setup(build) {
    build.onLoad({ filter: OURS, namespace: 'file' }, async ({ path }) => ({
      contents: toNamespaceImport(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

/** Keeps the import on its line, so that the source map stays correct. */
function toNamespaceImport(source: string): string {
  return source.replace(/^import \{ z \} from 'zod';/m, "import * as z from 'zod';");
}
