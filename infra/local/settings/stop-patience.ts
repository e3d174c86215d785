import { StartError } from '../start-error.ts';

const setting = 'LOCAL_HOST_STOP_SECONDS';
const defaultSeconds = 10;

/** Reads how long a stop waits for what runs, in milliseconds. */
export function readStopPatience(env: NodeJS.ProcessEnv): number {
  const text = env[setting]?.trim() || String(defaultSeconds);
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text) * 1000;
  throw new StartError(
    `${setting} must be a whole number of seconds, such as ${defaultSeconds}; found "${text}".`,
  );
}
