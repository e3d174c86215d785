import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The version that made the snapshots of test/fixtures/deployment, and that CI fetches. */
export const SNAPSHOT_VERSION = '0.49.2';

/** The version that comes with azd 1.29, which azure.yaml asks for. */
const OLDEST = '0.45.0';
const TIMEOUT_MS = 120_000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface BicepCli {
  readonly path: string;
  readonly version: string;
}

/** Why there is none to use; `isAsked`: somebody named the one that is not usable. */
export interface NoBicepCli {
  readonly why: string;
  readonly isAsked: boolean;
}

/** Looks where people, az and azd keep the Bicep CLI. */
export function findBicepCli(env: Environment): BicepCli | NoBicepCli {
  const asked = env.BICEP?.trim() ?? '';
  const path = asked === '' ? toPlaces(env).find((place) => existsSync(place)) : asked;
  if (path === undefined) return { why: 'no Bicep CLI was found', isAsked: false };
  const version = readVersion(path);
  const isAsked = asked !== '';
  if (version === undefined) return { why: `${path} is no Bicep CLI that runs`, isAsked };
  if (isOlder(version, OLDEST)) {
    return {
      why: `the Bicep CLI ${path} is ${version}, and ${OLDEST} or later is needed`,
      isAsked,
    };
  }
  return { path, version };
}

/** The one that azd is told to use, `bicep` on the path, az's own, azd's own. */
function toPlaces(env: Environment): readonly string[] {
  const name = process.platform === 'win32' ? 'bicep.exe' : 'bicep';
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const folders = [
    ...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    join(env.AZURE_CONFIG_DIR ?? join(home, '.azure'), 'bin'),
    join(env.AZD_CONFIG_DIR ?? join(home, '.azd'), 'bin'),
  ];
  const named = env.AZD_BICEP_TOOL_PATH;
  return [...(named ? [named] : []), ...folders.map((folder) => join(folder, name))];
}

function readVersion(path: string): string | undefined {
  const { status, stdout } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return status === 0 ? /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
}

export function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** Runs the CLI. @throws when it does not start, or does not end */
export function runBicep({ path }: BicepCli, args: readonly string[], cwd: string) {
  const { error, status, stdout, stderr } = spawnSync(path, args, {
    cwd,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new Error(`${path} ${args[0]}: ${error.message}`, { cause: error });
  return { isDone: status === 0, stdout, stderr };
}
