import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BicepCli, runBicep } from '../../infra/deploy/bicep-cli.ts';

/**
 * What Azure would be told, evaluated by the engine of deployments without Azure: for each file of
 * parameters in test/fixtures/deployment the resources with their names and properties.
 */

export const SETS = ['default', 'everything', 'overridden'] as const;
export type SetName = (typeof SETS)[number];

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface Snapshot {
  readonly predictedResources: readonly Resource[];
  /** What the engine could not evaluate. */
  readonly diagnostics: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

const root = resolve(import.meta.dirname, '../..');
const FIXTURES = 'test/fixtures/deployment';
const NOWHERE = '00000000-0000-0000-0000-000000000000';
/** What a template may ask about its deployment. */
const PLACE = [
  ['--tenant-id', NOWHERE],
  ['--subscription-id', NOWHERE],
  ['--location', 'westeurope'],
  ['--deployment-name', 'heddle'],
].flat();

export function pathOf(set: SetName): string {
  return join(root, FIXTURES, `${set}.snapshot.json`);
}

export function readSnapshot(set: SetName): Snapshot {
  return JSON.parse(readFileSync(pathOf(set), 'utf8')) as Snapshot;
}

/**
 * Copies the template with triggers of our own and with its secrets opened, since the engine
 * evaluates nothing that depends on a secure parameter: not even which secrets there are.
 */
export function copyTemplate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-template-'));
  for (const path of globSync('infra/{*.bicep,bicepconfig.json,app/*.bicep}', { cwd: root })) {
    const text = readFileSync(join(root, path), 'utf8');
    cpSync(join(root, path), join(folder, path));
    writeFileSync(join(folder, path), text.replaceAll(/^@secure\(\)\n/gm, ''));
  }
  cpSync(join(root, FIXTURES), join(folder, FIXTURES), { recursive: true });
  cpSync(join(folder, FIXTURES, 'triggers.yaml'), join(folder, 'infra/triggers.yaml'));
  return folder;
}

/** Evaluates a copied template with one set of parameters. */
export function takeSnapshot(cli: BicepCli, folder: string, set: SetName): Snapshot {
  const file = `${set}.bicepparam`;
  const cwd = join(folder, FIXTURES);
  const result = runBicep(cli, ['snapshot', file, '--mode', 'overwrite', ...PLACE], cwd);
  if (!result.isDone) throw new Error(`bicep snapshot ${file}: ${result.stderr.trim()}`);
  const text = readFileSync(join(cwd, `${set}.snapshot.json`), 'utf8');
  return inOrder(JSON.parse(text) as Snapshot);
}

/** The engine writes the outputs in another order each time. */
function inOrder(snapshot: Snapshot): Snapshot {
  const outputs = Object.entries(snapshot.outputs).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...snapshot, outputs: Object.fromEntries(outputs) };
}

/** Takes all snapshots of the template as it is. */
export function takeSnapshots(cli: BicepCli): ReadonlyMap<SetName, Snapshot> {
  const folder = copyTemplate();
  try {
    return new Map(SETS.map((set) => [set, takeSnapshot(cli, folder, set)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
