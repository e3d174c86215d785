import { createFunctionKeys, type FunctionKeys } from './function-keys.ts';
import { KEY_SETTINGS, takeGivenKeys } from './given-keys.ts';
import { keepKeys } from './kept-keys.ts';
import { isLoopbackAddress } from './loopback.ts';

/** Hands the keys of this start to each version of the app, which runs in a process of its own. */
const setting = 'LOCAL_HOST_KEYS';

export interface Opening {
  readonly address: string;
  readonly enableAuth: boolean;
  /** The file that keeps the keys; undefined: each start makes new ones. */
  readonly keysFile: string | undefined;
}

export interface HostKeys extends FunctionKeys {
  /** What the start says of them: keys that stay the same are not printed, but where they are. */
  readonly note: string;
}

/** Finds or makes the keys where the host asks for some: always where it listens on more than this machine. */
export function prepareKeys(opening: Opening, env: NodeJS.ProcessEnv): void {
  const { address, enableAuth, keysFile } = opening;
  const given = takeGivenKeys(env);
  const isAsking = enableAuth || keysFile !== undefined || !isLoopbackAddress(address);
  if (isAsking) env[setting] = JSON.stringify(findKeys(given, keysFile));
  else delete env[setting];
}

/** Takes the keys out of the environment before the app, which should not see them, is loaded. */
export function takeKeys(env: NodeJS.ProcessEnv): HostKeys | undefined {
  const text = env[setting];
  delete env[setting];
  return text === undefined ? undefined : (JSON.parse(text) as HostKeys);
}

function findKeys({ host, master }: Partial<FunctionKeys>, file: string | undefined): HostKeys {
  const isFileNeeded = file !== undefined && (host === undefined || master === undefined);
  const made = isFileNeeded ? keepKeys(file) : createFunctionKeys();
  const hostPlace = host === undefined ? (file ?? made.host) : KEY_SETTINGS.host;
  const masterPlace = master === undefined ? (file ?? made.master) : KEY_SETTINGS.master;
  return {
    host: host ?? made.host,
    master: master ?? made.master,
    note: `Host key: ${hostPlace}\nMaster key: ${masterPlace}`,
  };
}
