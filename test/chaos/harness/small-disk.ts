import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE_MB = 96;

const mounted = new Set<string>();
process.on('exit', () => {
  for (const folder of mounted) execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
});

/** A file system in memory that is small enough to be filled. */
export class SmallDisk {
  readonly folder: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#filler = join(folder, 'filler');
  }

  /** @returns undefined where this user may mount nothing */
  static mount(folder: string): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true });
    try {
      const options = ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'chaos', folder];
      execFileSync('mount', options, { stdio: 'ignore' });
      mounted.add(folder);
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Leaves not a single block. */
  fill(): void {
    for (const bytes of [2 ** 20, 4096]) {
      try {
        for (;;) writeFileSync(this.#filler, Buffer.alloc(bytes, 'x'), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.folder], { stdio: 'ignore' });
    mounted.delete(this.folder);
  }
}
