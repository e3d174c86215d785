import fs, { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded before everything else (`node --import`): while the file `CHAOS_FLUSH_FAULT` exists, each
 * flush to disk fails with EIO, as on a dying disk. SQLite's own flushes are not reached.
 */
const control = process.env.CHAOS_FLUSH_FAULT ?? '';

function createError(): Error {
  return Object.assign(new Error('EIO: i/o error, fsync (planned)'), {
    ...{ errno: -5, code: 'EIO', syscall: 'fsync' },
  });
}

const failsNow = () => existsSync(control);

const handle = await open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as FileHandle;
await handle.close();

for (const name of ['sync', 'datasync'] as const) {
  const original = prototype[name];
  prototype[name] = async function (this: FileHandle) {
    if (failsNow()) throw createError();
    await original.call(this);
    if (failsNow()) throw createError();
  };
}
for (const name of ['fsync', 'fdatasync'] as const) {
  const original = fs[name];
  const planned = (descriptor: number, done: (error: Error | null) => void) => {
    if (failsNow()) process.nextTick(done, createError());
    else original(descriptor, done);
  };
  fs[name] = planned as typeof original;
}
for (const name of ['fsyncSync', 'fdatasyncSync'] as const) {
  const original = fs[name];
  fs[name] = (descriptor) => {
    if (failsNow()) throw createError();
    original(descriptor);
  };
}
syncBuiltinESMExports();
