import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Place {
  readonly appDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Says in the data folder where the host listens, so that the command line finds it on whatever
 * port, and takes it back when the process ends. A file left by a host that was killed names a
 * process that is gone.
 */
export function writeHostFile({ appDir, env }: Place, port: number): void {
  const folder = resolve(appDir, env.HEDDLE_DATA_DIR?.trim() || '.heddle');
  const file = join(folder, 'host.json');
  try {
    mkdirSync(folder, { recursive: true });
    const text = JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}` });
    writeFileSync(`${file}.${process.pid}`, `${text}\n`);
    renameSync(`${file}.${process.pid}`, file);
    process.once('exit', () => removeOwn(file, text));
  } catch {
    // The host works without it: a folder that is read-only has no use for the command line either.
  }
}

/** Leaves the file of a host that was started since. */
function removeOwn(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8').trim() === text) rmSync(file);
  } catch {
    // It is gone already.
  }
}
