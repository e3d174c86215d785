import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Pollers } from '../../../shared/heddle/actors/poller.ts';
import { type Disk, nodeDisk } from '../../../shared/heddle/actors/pollers/files/disk.ts';
import { createFilesPoller } from '../../../shared/heddle/actors/pollers/files.ts';
import type { Probes } from '../../../shared/heddle/ports/probes.ts';
import { createFileWatcher } from './file-watcher.ts';
import { createService, type Service } from './service.ts';

/** The outside world that the file's pollers read. */
export interface Outside extends Service {
  /** Appends to a file, in a folder that replaces the file system's root. */
  write(path: string, text?: string): void;
  move(from: string, to: string): void;
  remove(path: string): void;
  /** Count of messages in every storage queue. */
  depth: number;
  readonly pollers: Pollers;
  readonly probes: Probes;
}

/** Lasts until the test ends. */
export function createOutside(): Outside {
  const root = mkdtempSync(join(tmpdir(), 'heddle-seeds-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['data/incoming', 'data/inbox']) mkdirSync(join(root, folder), DEEP);
  const outside: Outside = {
    ...createService(),
    write(path, text = 'text') {
      mkdirSync(dirname(join(root, path)), DEEP);
      appendFileSync(join(root, path), text);
    },
    move: (from, to) => renameSync(join(root, from), join(root, to)),
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    depth: 0,
    pollers: {
      files: createFilesPoller(createDisk(root)),
      file_watcher: createFileWatcher((path) => readdir(join(root, path))),
    },
    // Azure's probes are tested with Azurite.
    probes: {
      ...NO_PROBES,
      depth: async (connector) => (connector === 'storage-queue' ? outside.depth : 0),
    },
  };
  return outside;
}

const DEEP = { recursive: true } as const;

function createDisk(root: string): Disk {
  return {
    list: (folder) => nodeDisk.list(join(root, folder)),
    stat: (path, isFollowing) => nodeDisk.stat(join(root, path), isFollowing),
    real: (path) => nodeDisk.real(join(root, path)),
    device: (folder) => nodeDisk.device(join(root, folder)),
  };
}

const NO_PROBES: Probes = {
  depth: async () => 0,
  async *listBlobs() {},
};
