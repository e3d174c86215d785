import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  findTexts,
  parseDockerfile,
  readCommand,
  readPairs,
  replay,
  type Stage,
} from './dockerfile.ts';

/** Runs what the Dockerfile says without Docker: its COPY and RUN in a folder, its ENTRYPOINT from there. */

const repository = resolve(import.meta.dirname, '../..');
const appFixture = join(repository, 'test/fixtures/container-app');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const [building, running] = parseDockerfile(read('Dockerfile')).stages as [Stage, Stage];
const READY = /^Heddle is ready on http:\/\/0\.0\.0\.0:(\d+)$/m;

/** `nobody` of most systems: not the owner of what the image has. */
const STRANGER = 65_534;
export const isRoot = process.getuid?.() === 0;
const APART = ['--pid', '--fork', '--mount-proc', '--kill-child'];
/** Whether processes here can have numbers of their own, as in a container, where the first is 1. */
export const hasOwnPids = isRoot && spawnSync('unshare', [...APART, 'true']).status === 0;

export interface Image {
  readonly folder: string;
  readonly node: string;
  /** A folder that the user of the container may write. */
  createVolume(): string;
  remove(): void;
}

export interface ImageOptions {
  /** True: with an installation of its own, as the Dockerfile says, else with that of this repository. */
  readonly installs?: boolean;
}

export function createImage({ installs = false }: ImageOptions = {}): Image {
  const root = mkdtempSync(join(tmpdir(), 'heddle-image-'));
  chmodSync(root, 0o755);
  replay(building, {
    context: repository,
    root,
    instead: (command, folder) => {
      if (command.startsWith('node ')) useFixture(folder);
      if (installs || !command.startsWith('npm ci')) return false;
      linkPackages(folder);
      return true;
    },
  });
  const folder = replay(running, { context: repository, root, instead: () => true });
  const node = join(root, 'node');
  cpSync(process.execPath, node);
  let volumes = 0;
  return {
    folder,
    node,
    createVolume() {
      const volume = join(root, `data-${volumes++}`);
      mkdirSync(volume, { mode: 0o700 });
      if (isRoot) chownSync(volume, STRANGER, STRANGER);
      return volume;
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Tests do not depend on what the user of this repository has written. */
function useFixture(folder: string): void {
  rmSync(join(folder, 'shared/app'), { recursive: true });
  cpSync(appFixture, folder, { recursive: true });
}

/** Each package by itself, so that `heddle` is that of the folder. */
function linkPackages(folder: string): void {
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    const own = { heddle: join(folder, 'shared/heddle'), app: join(folder, 'shared/app') }[name];
    symlinkSync(own ?? join(repository, 'node_modules', name), join(packages, name));
  }
}

export interface ContainerOptions {
  readonly volume: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly url: string;
  readonly port: string;
  /** The number that the machine knows the process by. */
  readonly pid: number;
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code; a signal has none. */
  readonly exited: Promise<number | null>;
}

/** Starts the ENTRYPOINT as another user. Resolves once it is ready, or has ended. */
export async function runContainer(image: Image, options: ContainerOptions): Promise<Container> {
  const { volume, env = {} } = options;
  const [entry = ''] = findTexts(running, 'ENTRYPOINT');
  const command = toCommand(image, volume, [...readCommand(entry), '--port', '0']);
  const [program = '', ...args] = toForeign(command);
  const given = readPairs(findTexts(running, 'ENV').join(' '));
  const child = spawn(program, args, {
    cwd: image.folder,
    env: { ...given, HEDDLE_DATA_DIR: volume, PATH: dirname(image.node), ...env },
    ...(isRoot && !hasOwnPids && { uid: STRANGER, gid: STRANGER }),
  });
  let output = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const port = READY.exec(output)?.[1];
      if (port !== undefined) ready.resolve(port);
    });
  }
  const exited = new Promise<number | null>((settle) => child.once('close', settle));
  let isAlive = true;
  child.once('exit', () => {
    isAlive = false;
  });
  const port = await Promise.race([ready.promise, exited.then(() => '')]);
  const pid = hasOwnPids ? findChild(child.pid) : (child.pid ?? 0);
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, pid, exited, output: () => output },
    signal: (name) => void (isAlive && pid > 0 && process.kill(pid, name)),
  };
}

function toForeign(command: readonly string[]): readonly string[] {
  const user = ['--setuid', String(STRANGER), '--setgid', String(STRANGER)];
  return hasOwnPids ? ['/usr/bin/unshare', ...APART, ...user, ...command] : command;
}

/** Runs the check of HEALTHCHECK. */
export function checkHealth(image: Image, port: string) {
  const [check = ''] = findTexts(running, 'HEALTHCHECK');
  const [program = '', ...args] = toCommand(image, '', readCommand(check));
  const options = { cwd: image.folder, encoding: 'utf8', env: {} } as const;
  return spawnSync(program, [...args, port], options);
}

function toCommand({ node }: Image, volume: string, words: readonly string[]): readonly string[] {
  return words.map((word) => (word === 'node' ? node : word.replace(/^\/data/, volume)));
}

function findChild(parent: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8'));
  } catch {
    return 0;
  }
}
