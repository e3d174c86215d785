import { StartError } from '../start-error.ts';

const setting = 'LOCAL_HOST_BODY_MB';
const defaultMb = 256;
const mb = 1024 * 1024;

/** Reads how many bytes of bodies the host holds at a time. */
export function readBodyMemory(env: NodeJS.ProcessEnv): number {
  const text = env[setting]?.trim() || String(defaultMb);
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text) * mb;
  throw new StartError(
    `${setting} must be a whole number of MB, such as ${defaultMb}; found "${text}".`,
  );
}
