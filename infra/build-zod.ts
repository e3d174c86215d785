import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Not what other plugins make of the same paths. */
const OURS = /[\\/](shared|functions)[\\/].*\.ts$/;

/**
 * zod's export `z` is an object with everything that zod has, all of its languages included: half of
 * the bundle. Of `import * as z` only what is used gets in.
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

/** On the same line, so that the source map stays right. */
function toNamespaceImport(source: string): string {
  return source.replace(/^import \{ z \} from 'zod';/m, "import * as z from 'zod';");
}
