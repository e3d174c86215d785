import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findBicepCli, SNAPSHOT_VERSION } from '../../infra/deploy/bicep-cli.ts';
import { replaceList, toList } from './readable-list.ts';
import { pathOf, readSnapshot, takeSnapshots } from './snapshot.ts';

/**
 * `npm run deploy:snapshot` writes what Azure would be told, and the list of it in infra/README.md.
 */

const page = resolve(import.meta.dirname, '../../infra/README.md');

function main(): void {
  const cli = findBicepCli(process.env);
  if ('why' in cli) throw new Error(`${cli.why}: az bicep install, or set BICEP to its path`);
  if (cli.version !== SNAPSHOT_VERSION) {
    throw new Error(
      `Bicep ${SNAPSHOT_VERSION} makes the snapshots, and ${cli.path} is ${cli.version}`,
    );
  }
  for (const [set, snapshot] of takeSnapshots(cli)) {
    writeFileSync(pathOf(set), `${JSON.stringify(snapshot, null, 2)}\n`);
    console.log(`${set}: ${snapshot.predictedResources.length} resources`);
    for (const text of snapshot.diagnostics) console.log(`  ${text.trim()}`);
  }
  const list = toList({ default: readSnapshot('default'), everything: readSnapshot('everything') });
  writeFileSync(page, replaceList(readFileSync(page, 'utf8'), list));
}

main();
