import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AzdEnvironment } from './environment.ts';
import type { Project } from './project.ts';
import { runCommand } from './run-command.ts';

/** Runs an inline hook as azd does on Linux and macOS; does nothing where there is none. */
export async function runHook(
  { root, hooks }: Project,
  name: string,
  environment: AzdEnvironment,
): Promise<void> {
  const hook = hooks[name];
  if (!hook) return;
  if (Object.keys(hook).some((key) => !['run', 'interactive'].includes(key))) {
    throw new Error(`the stand-in does not know all of the hook ${name}`);
  }
  environment.reload();
  const folder = mkdtempSync(join(tmpdir(), 'azd-hook-'));
  const script = join(folder, `${name}.sh`);
  writeFileSync(script, `#!/bin/sh\nset -e\n\n${hook.run}\n`, { mode: 0o700 });
  try {
    await runCommand('sh', [script], { cwd: root, env: environment.values });
  } catch (cause) {
    throw new Error(`'${name}' hook failed`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    environment.reload();
  }
}
