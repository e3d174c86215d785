import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** @returns undefined where there is no such file */
export function readSize(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Reads fewer bytes where the file ends before. */
export function readBytes(path: string, position: number, length: number): Buffer {
  return withFile(path, (file) => readAt(file, position, length));
}

export function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

export function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
