// Makes the secrets that no sender has a part in, where the azd environment has none. A secret that
// is there once is never made again: what it has signed must stay valid.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isSet, setValues } from './azd-environment.mjs';

const BYTES = 32;

export const ownSecrets = JSON.parse(
  readFileSync(new URL('own-secrets.json', import.meta.url), 'utf8'),
);

/** Values are never printed. */
export function makeSecrets({ env = process.env, log = console.log } = {}) {
  const missing = ownSecrets.map(({ name }) => name).filter((name) => !isSet(env[name]));
  if (missing.length === 0) return;
  if (isSet(env.CI)) {
    // What is made there is forgotten with the machine, and the next run would make another.
    log(`Not set, and not made by CI: ${missing.join(', ')}. A vault that has them keeps them.`);
    return;
  }
  const found = isSet(env.KEY_VAULT_NAME) ? readVault(missing, env) : { values: {}, unknown: [] };
  const made = missing.filter((name) => !found.unknown.includes(name));
  const values = Object.fromEntries(
    made.map((name) => [name, found.values[name] ?? randomBytes(BYTES).toString('base64url')]),
  );
  if (made.length > 0) setValues(values, env);
  const read = made.filter((name) => name in found.values);
  const fresh = made.filter((name) => !read.includes(name));
  if (read.length > 0) log(`Taken from ${env.KEY_VAULT_NAME}: ${read.join(', ')}.`);
  if (fresh.length > 0) log(`Made and kept in the azd environment: ${fresh.join(', ')}.`);
  if (found.unknown.length > 0) log(toUnknown(found.unknown, env.KEY_VAULT_NAME));
}

/** A deployment that this azd environment knows, but not its secrets: another machine has made it. */
function readVault(names, env) {
  const values = {};
  const unknown = [];
  for (const name of names) {
    const args = ['keyvault', 'secret', 'show', '--vault-name', env.KEY_VAULT_NAME];
    const { status, stdout, stderr } = spawnSync(
      'az',
      [...args, '--name', name.replaceAll('_', '-'), '--query', 'value', '--output', 'tsv'],
      { env, encoding: 'utf8', shell: process.platform === 'win32' },
    );
    if (status === 0 && isSet(stdout)) values[name] = stdout.trim();
    else if (!/SecretNotFound/.test(stderr ?? '')) unknown.push(name);
  }
  return { values, unknown };
}

function toUnknown(names, vault) {
  return [
    `Not set here, and ${vault} could not be asked: ${names.join(', ')}.`,
    'The vault keeps those that it has. Where it has none, set them yourself:',
    ...names.map(
      (name) =>
        `  azd env set ${name} "$(node -p "crypto.randomBytes(${BYTES}).toString('base64url')")"`,
    ),
  ].join('\n');
}
