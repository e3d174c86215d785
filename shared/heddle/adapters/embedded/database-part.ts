import { statfs } from 'node:fs/promises';
import { PartFault } from '../../errors/part-fault.ts';
import type { Part } from '../../ports/health.ts';
import type { SqliteDatabase } from './database.ts';
import { WAY_ON } from './lost-files.ts';

/** Room for some thousand events, and for the log between two checkpoints. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

type Statfs = (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }>;

interface PartOptions {
  /** The folder of the file. */
  readonly dataDir: string;
  readonly statfs?: Statfs;
}

/** The file as `/health` sees it. */
export function createDatabasePart(
  database: Pick<SqliteDatabase, 'check' | 'findLost' | 'hasFailedFlush'>,
  { dataDir, statfs: read = statfs }: PartOptions,
): Part {
  return {
    name: 'database',
    technology: 'SQLite',
    isVital: true,
    provesWrites: true,
    async ask() {
      if (database.hasFailedFlush) throw new PartFault(FLUSH_FAILED);
      const lost = database.findLost();
      if (lost !== undefined) throw new PartFault(`${lost.message}; ${WAY_ON}`, { cause: lost });
      await database.check();
    },
    async findWarning() {
      const { bavail, bsize } = await read(dataDir);
      return bavail * bsize < MIN_FREE_BYTES ? DISK_FULL : undefined;
    },
  };
}

const FLUSH_FAILED =
  'the disk did not take what was written: nothing is accepted until a restart, which checks the file';
const DISK_FULL = 'the disk is full but for less than 64 MB: make room';
