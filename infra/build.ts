import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  build as bundle,
  type BuildOptions as EsbuildOptions,
  type Metafile,
  type Plugin,
} from 'esbuild';
import { readOrigin } from '../shared/heddle/composition/read-origin.ts';
import { withoutHolders } from '../shared/heddle/triggers/definitions/index.ts';
import { createAppFiles } from './build-app-files.ts';
import { requireBuiltins } from './build-builtins.ts';
import { assertSound } from './build-checks.ts';
import { createLazyImports } from './build-lazy.ts';
import { shakeZod } from './build-zod.ts';

/** `npm run build` creates the deployment: a folder that runs without node_modules. */

export interface BuildOptions {
  /** Emptied first. */
  readonly outDir: string;
  /** The folder that holds what users own, shared/app and infra/triggers.yaml. */
  readonly app?: string;
}

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const TRIGGERS_FILE = 'infra/triggers.yaml';
const API = 'shared/heddle/index.ts';

/** @throws where an import cannot be resolved, or the bundle contains forbidden code */
export async function build({ outDir, app = root }: BuildOptions): Promise<readonly BuiltFile[]> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const plugins = [createAppFiles(join(app, 'shared/app'))];
  const metafile = await bundleEntry('functions/index.ts', outDir, { plugins });
  assertSound(metafile);
  copy(join(root, 'host.json'), join(outDir, 'host.json'));
  await writeTriggers(join(app, TRIGGERS_FILE), join(outDir, TRIGGERS_FILE));
  writePackageJson(join(outDir, 'package.json'));
  const bundled = Object.keys(metafile.outputs).map((path) =>
    relative(outDir, resolve(root, path)),
  );
  const paths = [...bundled.sort(), 'package.json', 'host.json', TRIGGERS_FILE];
  return paths.map((path) => ({ path, bytes: statSync(join(outDir, path)).size }));
}

/** Files that it includes become part of it: they may be anywhere. */
async function writeTriggers(from: string, to: string): Promise<void> {
  copy(from, to);
  const { read, texts = [] } = await readOrigin({ path: from });
  if (texts.length < 2 || 'faults' in read) return;
  writeFileSync(to, `${JSON.stringify(withoutHolders(read.value), null, 2)}\n`);
}

interface BundleOptions {
  /** The module whose chunk stays whole: see {@link createLazyImports}. */
  readonly base?: string;
  /** Asked before the others. */
  readonly plugins?: readonly Plugin[];
}

/**
 * Bundles an entry into `index.mjs`, and what it imports lazily into `chunks/`. The start pays only
 * for what it uses. Shared code exists once, so that `instanceof` holds across chunks.
 *
 * Microsoft's worker serves `@azure/functions-core` through a hook on `require`. Every file
 * therefore has a `require`, which CommonJS packages also need to reach Node's own modules.
 *
 * Packages with both formats are bundled as ES modules: from CommonJS, `await import()` in a bundle
 * would get only `default`. Identifiers keep their names, since errors are known by class name and
 * stacks are read in logs. Shorter names make files smaller, but do not make them load faster.
 */
export async function bundleEntry(
  entry: string,
  outDir: string,
  { base = 'functions/open.ts', plugins = [] }: BundleOptions = {},
): Promise<Metafile> {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: 'index' }],
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    ...FOR_NODE,
    external: ['@azure/functions-core'],
    plugins: [
      ...plugins,
      shakeZod,
      requireBuiltins,
      createLazyImports(resolve(root, base), resolve(root, API)),
    ],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
  });
  return metafile;
}

/** Gives every file of a bundle a `require`. */
const REQUIRE =
  "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);";

/** What every bundle for Node is made with. */
export const FOR_NODE = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
} satisfies EsbuildOptions;

function copy(from: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}

function writePackageJson(path: string): void {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  writeFileSync(path, `${JSON.stringify({ name, version, main: 'index.mjs' }, null, 2)}\n`);
}

if (import.meta.main) {
  const outDir = resolve(root, 'build');
  for (const { path, bytes } of await build({ outDir })) {
    if (path.endsWith('.map')) continue;
    console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KB  ${join('build', path)}`);
  }
}
