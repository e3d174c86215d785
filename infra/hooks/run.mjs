// What azd's hooks share. They are plain JavaScript that needs no packages, because they run on the
// machine's own Node before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The first version that runs the checks, which are TypeScript. */
const NEEDED_MAJOR = 24;

/** Ends the hook, and with it azd's command, where what it ran has failed. */
export function runOrExit(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs what package-lock.json says, where it is not installed. */
export function installOrExit() {
  runOrExit(process.execPath, ['infra/local/ensure-installed.mjs']);
}

/** Runs a TypeScript file of the repository by the Node that was installed, or by the machine's. */
export function runTypeScriptOrExit(path, ...args) {
  runOrExit(findNode(), [path, ...args]);
}

/** Shows its output. @throws {Error} where it failed, whose own message is shown before */
export function runTypeScript(path, ...args) {
  const { status } = spawnSync(findNode(), [path, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${path} ended with ${status}`);
}

function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules/node/bin', name);
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  console.error(
    `The checks need Node ${NEEDED_MAJOR}, and this is ${process.versions.node}: run npm ci without --ignore-scripts, which brings one, then the same command again.`,
  );
  process.exit(1);
}
