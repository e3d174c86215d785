import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const SUFFIX = '.br';
/** SQLite's index of its log: rebuilt when the file is opened. */
const REMADE = /-shm$/;

/** A window over all of a file finds pages again that its log repeats. */
const PARAMS = {
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
};

/** Keeps each file of a data folder as it is, compressed: pages of a database are mostly empty. */
export function packFolder(dataDir: string, packed: string): void {
  mkdirSync(packed, { recursive: true });
  for (const name of readdirSync(dataDir).filter((one) => !REMADE.test(one))) {
    const bytes = readFileSync(join(dataDir, name));
    writeFileSync(join(packed, name + SUFFIX), brotliCompressSync(bytes, { params: PARAMS }));
  }
}

export function unpackFolder(packed: string, dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  for (const name of readdirSync(packed)) {
    const bytes = brotliDecompressSync(readFileSync(join(packed, name)));
    writeFileSync(join(dataDir, name.slice(0, -SUFFIX.length)), bytes);
  }
}
