import { globSync, statSync } from 'node:fs';
import type { Fault } from '../../domain/fault.ts';
import { toFaultText } from '../../triggers/definitions/index.ts';

interface Found {
  readonly file: string;
  readonly faults: readonly Fault[];
}

/**
 * Notices that the files of the definitions have changed and cannot be taken: what runs are those that
 * were read at the start. Sound changes are taken by whoever starts the app again.
 */
export class ChangedFiles {
  readonly #watched: readonly string[];
  readonly #readAgain: () => Promise<Found>;
  readonly #atStart: string;
  #last: { readonly stamp: string; readonly reasons: readonly string[] } | undefined;

  /** @param watched files, and patterns of files; none where they are of settings */
  constructor(watched: readonly string[], readAgain: () => Promise<Found>) {
    this.#watched = watched;
    this.#readAgain = readAgain;
    this.#atStart = toStamp(watched);
  }

  /** Reads the files once for each change. */
  async findFaults(): Promise<readonly string[]> {
    const stamp = toStamp(this.#watched);
    if (stamp === this.#atStart) return [];
    if (this.#last?.stamp !== stamp) this.#last = { stamp, reasons: await this.#find() };
    return this.#last.reasons;
  }

  async #find(): Promise<readonly string[]> {
    const { file, faults } = await this.#readAgain().catch(() => ({ file: '', faults: [] }));
    const [first] = faults;
    if (!first) return [];
    const [place] = toFaultText(file, { ...first, message: '' }).split(' ');
    const count = `${faults.length} fault${faults.length === 1 ? '' : 's'}`;
    return [
      `the triggers have changed on the disk, with ${count}, the first in ${place}: the definitions before the change run`,
    ];
  }
}

/** A file that is not there has a stamp of its own: it may have been deleted. */
function toStamp(watched: readonly string[]): string {
  const paths = watched.flatMap((path) => (/[*?[{]/.test(path) ? globSync(path).sort() : [path]));
  return paths.map((path) => `${path} ${toFileStamp(path)}`).join('\n');
}

function toFileStamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : 'none';
}
