import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AzdEnvironment {
  /** The process's environment, and over it the values of the azd environment. */
  readonly env: Environment;
  /** False where there is no azd environment, or nobody who could read it. */
  readonly isKnown: boolean;
}

const TIMEOUT_MS = 20_000;

/** Reads the selected azd environment, which azd passes to its hooks and to nobody else. */
export function readAzdEnvironment(root: string, env: Environment): AzdEnvironment {
  const isNamed = isSet(env.AZURE_ENV_NAME);
  // Without either, azd would ask for a name.
  const values = isNamed || existsSync(join(root, '.azure')) ? askAzd(root, env) : undefined;
  return { env: { ...env, ...values }, isKnown: isNamed || values !== undefined };
}

function askAzd(root: string, env: Environment): Environment | undefined {
  const args = ['env', 'get-values', '--output', 'json', '--no-prompt'];
  const { status, stdout } = spawnSync('azd', args, {
    ...{ cwd: root, env, encoding: 'utf8', timeout: TIMEOUT_MS },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return undefined;
  try {
    return JSON.parse(stdout) as Environment;
  } catch {
    return undefined;
  }
}

export function isSet(value: string | undefined): boolean {
  return (value ?? '').trim() !== '';
}
