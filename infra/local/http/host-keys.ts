import { createFunctionKeys, type FunctionKeys } from './function-keys.ts';
import { isLoopbackAddress } from './loopback.ts';

/** Hands the keys of this start to each version of the app, which runs in a process of its own. */
const setting = 'LOCAL_HOST_KEYS';

export interface Opening {
  readonly address: string;
  readonly enableAuth: boolean;
}

/** Makes the keys where the host asks for some: always where it listens on more than this machine. */
export function prepareKeys({ address, enableAuth }: Opening, env: NodeJS.ProcessEnv): void {
  if (enableAuth || !isLoopbackAddress(address))
    env[setting] = JSON.stringify(createFunctionKeys());
  else delete env[setting];
}

/** Takes the keys out of the environment before the app, which should not see them, is loaded. */
export function takeKeys(env: NodeJS.ProcessEnv): FunctionKeys | undefined {
  const text = env[setting];
  delete env[setting];
  return text === undefined ? undefined : (JSON.parse(text) as FunctionKeys);
}
