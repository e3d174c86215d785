import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build, FOR_NODE } from '../build.ts';
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
    ...FOR_NODE,
    plugins: [requireBuiltins],
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
