import { readBytes, readSize } from './read-bytes.ts';

const INDEX_HEADER_BYTES = 48;

/**
 * The count of frames from the index of the log, `-shm`, which a killed process leaves behind.
 * Undefined where there is none, or it belongs to another log.
 * @see https://sqlite.org/walformat.html#the_wal_index_file_format
 */
export function readFrameCount(path: string): number | undefined {
  if (!readSize(`${path}-wal`)) return undefined;
  if ((readSize(`${path}-shm`) ?? 0) < INDEX_HEADER_BYTES) return undefined;
  const index = readBytes(`${path}-shm`, 0, INDEX_HEADER_BYTES);
  const salts = readBytes(`${path}-wal`, 16, 8);
  const isInitialized = index[12] === 1;
  if (!isInitialized || !index.subarray(32, 40).equals(salts)) return undefined;
  return index.readUInt32LE(16);
}
