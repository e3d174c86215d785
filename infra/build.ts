import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type Metafile } from 'esbuild';
import { assertSound } from './build-checks.ts';
import { shakeZod } from './build-zod.ts';

/** `npm run build`: what is deployed, a folder that runs without node_modules. */

export interface BuildOptions {
  /** Emptied first. */
  readonly outDir: string;
}

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const copied = ['host.json', 'infra/triggers.yaml'];

/** @throws where something cannot be resolved, or is in the bundle that should not be */
export async function build({ outDir }: BuildOptions): Promise<readonly BuiltFile[]> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  assertSound(await bundleEntry('functions/index.ts', join(outDir, 'index.cjs')));
  for (const path of copied) copy(path, outDir);
  writePackageJson(join(outDir, 'package.json'));
  const paths = ['index.cjs', 'index.cjs.map', 'package.json', ...copied];
  return paths.map((path) => ({ path, bytes: statSync(join(outDir, path)).size }));
}

/**
 * One file of an entry and all that it imports.
 *
 * CommonJS, because Microsoft's worker serves `@azure/functions-core` by a hook on `require`.
 * Identifiers stay: errors are known by the names of their classes, and stacks are read in logs.
 * Shorter ones make the file smaller, but do not make it load faster.
 */
export async function bundleEntry(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['@azure/functions-core'],
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [shakeZod],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

function copy(path: string, outDir: string): void {
  const target = join(outDir, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, path), target);
}

function writePackageJson(path: string): void {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  writeFileSync(path, `${JSON.stringify({ name, version, main: 'index.cjs' }, null, 2)}\n`);
}

if (import.meta.main) {
  const outDir = resolve(root, 'build');
  for (const { path, bytes } of await build({ outDir })) {
    console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KB  ${join('build', path)}`);
  }
}
