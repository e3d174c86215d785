import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stage.ts';

/** What a host takes at one moment. Memory and files are known on Linux alone. */
export interface Sample {
  readonly seconds: number;
  readonly rssBytes: number | undefined;
  readonly files: number | undefined;
  /** The database and its log together. */
  readonly databaseBytes: number;
  readonly sent: number;
}

export function measure({ hosts, dataDir }: Stage, seconds: number, sent: number): Sample {
  const pid = hosts[0]?.pid;
  const databaseBytes = ['heddle.db', 'heddle.db-wal']
    .map((name) => join(dataDir, name))
    .reduce((total, path) => total + (existsSync(path) ? statSync(path).size : 0), 0);
  return { seconds, sent, databaseBytes, ...(pid === undefined ? NONE : measureProcess(pid)) };
}

const NONE = { rssBytes: undefined, files: undefined };

function measureProcess(pid: number): Pick<Sample, 'rssBytes' | 'files'> {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return {
      rssBytes: kilobytes === undefined ? undefined : Number(kilobytes) * 1024,
      files: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch {
    return NONE;
  }
}
