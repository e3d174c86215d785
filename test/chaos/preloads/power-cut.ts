import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Loaded before everything else (`node --import`): once the file `request` is in the folder
 * `CHAOS_POWER_CUT`, the database is copied there as the next flush leaves it, and no later flush ever
 * ends, so that nothing that a power cut would take is promised any more. Whoever kills the process
 * then and starts another on the copy has cut the power: commits that were not flushed are gone.
 */
const folder = process.env.CHAOS_POWER_CUT ?? '';
const dataDir = process.env.HEDDLE_DATA_DIR ?? '';
const request = join(folder, 'request');
let isCut = false;

const handle = await open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as FileHandle;
await handle.close();

const original = prototype.datasync;
prototype.datasync = async function (this: FileHandle) {
  if (isCut) await new Promise(() => {});
  const isLast = existsSync(request);
  if (isLast) {
    isCut = true;
    for (const name of ['heddle.db', 'heddle.db-wal']) {
      copyFileSync(join(dataDir, name), join(folder, name));
    }
  }
  await original.call(this);
  if (isLast) renameSync(request, join(folder, 'done'));
};
