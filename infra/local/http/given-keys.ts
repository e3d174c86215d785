import { StartError } from '../start-error.ts';
import type { FunctionKeys } from './function-keys.ts';

export const KEY_SETTINGS = { host: 'LOCAL_HOST_KEY', master: 'LOCAL_HOST_MASTER_KEY' } as const;
/** A key is guessed by trying: 32 random characters are far out of reach. */
const minLength = 32;

export const KEY_RULE = `at least ${minLength} visible ASCII characters without spaces`;

export function isStrongKey(key: string): boolean {
  return key.length >= minLength && /^[\x21-\x7e]+$/.test(key);
}

/** Takes the keys that the user has set out of the environment. A blank one counts as not set. */
export function takeGivenKeys(env: NodeJS.ProcessEnv): Partial<FunctionKeys> {
  const host = takeKey(env, KEY_SETTINGS.host);
  const master = takeKey(env, KEY_SETTINGS.master);
  return { ...(host !== undefined && { host }), ...(master !== undefined && { master }) };
}

function takeKey(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = env[name]?.trim() ?? '';
  delete env[name];
  if (key === '') return undefined;
  if (isStrongKey(key)) return key;
  throw new StartError(
    `${name} must be ${KEY_RULE}; found ${key.length} characters. Make one: node -p "crypto.randomBytes(40).toString('base64url')".`,
  );
}
