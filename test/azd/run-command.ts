import { spawn } from 'node:child_process';

interface Options {
  readonly cwd: string;
  /** Added to the process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Shows its output. @throws {Error} where it does not end with 0 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env }: Options,
): Promise<void> {
  const child = spawn(command, [...args], {
    ...{ cwd, env: { ...process.env, ...env } },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
    });
  });
}
