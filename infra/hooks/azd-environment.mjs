// The azd environment: settings of one deployment, which azd passes to its hooks.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Sets values by a file that only this user can read: an argument of a process is seen by everybody
 * on the machine, and one that begins with a hyphen is taken for an option.
 * @throws {Error} that says why azd did not, without a value
 */
export function setValues(values, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-azd-'));
  const file = join(folder, 'values.env');
  try {
    writeFileSync(file, toDotenv(values), { mode: 0o600 });
    const place = isSet(env.AZURE_ENV_NAME) ? ['--environment', env.AZURE_ENV_NAME] : [];
    const args = ['env', 'set', '--file', file, '--no-prompt', ...place];
    const { status, error } = spawnSync('azd', args, {
      ...{ env, stdio: ['ignore', 'ignore', 'inherit'] },
    });
    if (error) throw new Error(`azd could not be started (${error.code})`);
    if (status !== 0) throw new Error(`azd env set ended with ${status}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In double quotes, where azd's reader knows the escapes `\`, `"`, `$` and newline. */
function toDotenv(values) {
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}="${value.replace(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n')}"\n`,
  );
  return lines.join('');
}

export function isSet(value) {
  return (value ?? '').trim() !== '';
}
