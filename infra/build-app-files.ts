import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { APP_FOLDERS, listAppFiles } from '../shared/heddle/composition/app-files.ts';

/**
 * Replaces functions/user-app.ts, which searches the app's folders, by static imports of the same files.
 * They are then in the bundle, in one chunk that is loaded with the app: nothing is searched, and no file
 * is loaded by itself, at a cold start.
 * @param folder the folder of heddle.config.ts, as an absolute path
 */
export function createAppFiles(folder: string): Plugin {
  return {
    name: 'app-files',
    setup(build) {
      build.onLoad({ filter: /[\\/]functions[\\/]user-app\.ts$/ }, () => ({
        contents: toModule(folder),
        loader: 'js',
        resolveDir: folder,
      }));
    },
  };
}

function toModule(folder: string): string {
  const app = pathToFileURL(`${folder}/`);
  const files = APP_FOLDERS.flatMap((name) =>
    listAppFiles(app, name).map((file) => ({ folder: name, path: `${name}/${file}` })),
  );
  const imports = files.map(
    ({ path }, at) => `import * as file${at} from ${toText(folder, path)};`,
  );
  const items = files.map((file, at) => `{ ...${JSON.stringify(file)}, exports: file${at} },`);
  return `import app from ${toText(folder, 'heddle.config.ts')};
${imports.join('\n')}
const files = [${items.join('\n')}];
export const loadUserApp = async () => ({ ...app, files });`;
}

function toText(folder: string, path: string): string {
  return JSON.stringify(resolve(folder, path));
}
