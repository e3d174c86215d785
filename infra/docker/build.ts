import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build, REQUIRE } from '../build.ts';
import { requireBuiltins } from '../build-builtins.ts';

/**
 * Creates what the container image runs, which needs no node_modules: `app`, the folder that is
 * deployed to Azure too, and `host`, the local Functions host that runs it.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
export async function buildImage(outDir: string): Promise<void> {
  await build({ outDir: join(outDir, 'app') });
  await bundleHost(join(outDir, 'host'));
}

/** All files are in one folder: the host finds by its own folder what the app has called. */
async function bundleHost(outdir: string): Promise<void> {
  await bundle({
    absWorkingDir: root,
    entryPoints: { main: 'infra/local/main.ts', health: 'infra/docker/health.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    plugins: [requireBuiltins],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
}

if (import.meta.main) {
  const [outDir] = process.argv.slice(2);
  if (outDir === undefined) {
    console.error('Name the folder to create: node infra/docker/build.ts image');
    process.exit(1);
  }
  await buildImage(resolve(outDir));
}
