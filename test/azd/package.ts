import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AzdEnvironment } from './environment.ts';
import type { Project } from './project.ts';
import { runCommand } from './run-command.ts';
import { log } from './steps.ts';

/** Installs where azd would, and builds. */
export async function packageService(
  { root, dist }: Project,
  environment: AzdEnvironment,
): Promise<void> {
  const options = { cwd: root, env: environment.values };
  if (!isUpToDate(root)) {
    log(environment, { step: 'package', event: 'note', note: 'npm install' });
    await runCommand('npm', ['install'], options);
  }
  await runCommand('npm', ['run', 'build'], options);
  if (!existsSync(dist) || readdirSync(dist).length === 0) throw new Error(`${dist} is empty`);
}

export function deployService({ dist }: Project, { folder }: AzdEnvironment): void {
  const target = join(folder, 'deployed');
  rmSync(target, { recursive: true, force: true });
  cpSync(dist, target, { recursive: true });
}

/** As azd's `IsDependenciesUpToDate` for npm. */
function isUpToDate(root: string): boolean {
  const marker = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(marker)) return false;
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}
