import { basename, join } from 'node:path';
import type { Json } from '../../domain/json.ts';
import {
  fireEach,
  type PollContext,
  type PolledEvent,
  Poller,
  type PollResult,
} from '../poller.ts';
import { Comparison } from './files/compare.ts';
import { type Disk, nodeDisk, toCode } from './files/disk.ts';
import { parseFilesOptions } from './files/options.ts';
import { type Change, compareNames, keep, settle } from './files/settle.ts';
import { Snapshot } from './files/snapshot.ts';
import { toPath, type Unread, walk } from './files/walk.ts';
import { toWatch, type Watch } from './files/watch.ts';

/** What a poll may fire: the others follow with the next. */
const LIMIT = { events: 10_000, chars: 10_000_000 };

/**
 * `files`: tells what has become of the files in a folder. Every poll compares the folder with a
 * snapshot that is kept with the trigger, so that what happens while nothing runs is told afterwards.
 * Invariants:
 *
 * 1. A file is told of once for each content that it has had for `debounceSeconds` (2), and so is its
 *    end. What comes and goes within that time is not told; what changes meanwhile waits again.
 * 2. Of what cannot be read nothing is told: neither a folder that is missing or refuses, nor a share
 *    that is not mounted, makes files deleted.
 * 3. Nothing is known to have been told but what was: what is too much for one poll waits.
 *
 * Options: `path`: a folder, or a glob (`*`, `**`, `?`, `[a-z]`, `{csv,tsv}`) over names in the case
 * that they have; `events` (created, modified), of created, modified, deleted, moved; `recursive`
 * (true): `/data/*.csv` is looked for in the folders below too; `debounceSeconds`; `ignorePatterns`,
 * globs as in a .gitignore; `initial` (ignore): what is there at first is known, or `created`.
 *
 * Hidden files are seen where the glob has the dot; symbolic links are not followed. A file that is
 * replaced is modified. Without `moved` in `events`, or where the file system has no inodes that
 * last, a file that is moved is deleted here and created there.
 *
 * Each event has `path`, `name`, `event`, `size`, `modifiedAt`, and `from` if it was moved. What is
 * told is told once, so that no run of it is left out for another: where the runs of one file must
 * not overlap, let them wait with `maxConcurrent: 1` and `concurrencyKey: '{{ event.path }}'`.
 *
 * @example
 * poll:
 *   poller: files
 *   with: { path: '/data/incoming/*.csv', debounceSeconds: 5, ignorePatterns: ['*.part'] }
 * inputMapping: { file_path: $.path, event_type: $.event }
 */
export function createFilesPoller(disk: Disk = nodeDisk) {
  return class extends Poller {
    static readonly parseOptions = parseFilesOptions;
    override readonly name = 'files';
    override readonly pollInterval = '5s';

    override poll(context: PollContext): Promise<PollResult> {
      return look(context, disk);
    }
  };
}

export const FilesPoller = createFilesPoller();

async function look(context: PollContext, disk: Disk): Promise<PollResult> {
  const { events, debounceSeconds, initial, ...rest } = parseFilesOptions(context.options);
  const watch = toWatch(rest);
  const snapshot = await Snapshot.open(context.state, watch);
  const now = context.clock.now();
  const isAdopting = snapshot.isNew && initial === 'ignore';
  const comparison = new Comparison({ snapshot, now, isAdopting });
  const device = await readDevice(disk, watch.root);
  const unread = await walk({
    ...{ watch, disk, signal: context.signal },
    visit: (folder) => comparison.visit(folder),
  });
  await checkMount(disk, watch, { before: snapshot.device, device });
  comparison.end(unread);
  const differing = comparison.differing.toSorted(compareNames);
  const { told, known, waiting } = settle(differing, {
    ...{ events, now, debounceMs: debounceSeconds * 1000, limit: LIMIT },
    measure: (change) => JSON.stringify(toEvent(watch, change)).length,
  });
  keep(snapshot, known);
  const kept = [...waiting, ...comparison.held].sort(compareNames);
  const state = await snapshot.pack(kept, device);
  return fireEach(
    told.map((change) => toEvent(watch, change)),
    { ...toKeeping(state), ...toProblem(watch, unread) },
  );
}

async function readDevice(disk: Disk, root: string): Promise<string> {
  try {
    return await disk.device(root);
  } catch (cause) {
    const hint = 'expected a folder that is there, or a glob: nothing below it was looked at';
    throw new Error(`${root}: ${toCode(cause)}, ${hint}`, { cause });
  }
}

interface Mount {
  /** Of the snapshot. */
  readonly before: string | undefined;
  readonly device: string;
}

/** The folder over which a share is mounted is there without it, and empty. */
async function checkMount(disk: Disk, { root }: Watch, { before, device }: Mount): Promise<void> {
  const after = await readDevice(disk, root);
  if (after !== device) throw new Error(`${root}: was mounted or unmounted while it was read`);
  if (before === undefined || before === device) return;
  if ((await disk.list(root)).length > 0) return;
  throw new Error(
    `${root}: expected the file system that was mounted there, found an empty folder of another`,
  );
}

function toKeeping(state: Json | undefined): { readonly state?: Json } {
  return state === undefined ? {} : { state };
}

function toProblem(watch: Watch, unread: Unread): { readonly problem?: string } {
  const [first] = unread;
  if (first === undefined) return {};
  const what = unread.size === 1 ? 'One folder or file' : `${unread.size} folders or files`;
  const example = `${join(watch.root, first[0])} (${first[1]})`;
  const text = `${what} could not be read, such as ${example}: what is known of them stays known`;
  return { problem: text };
}

function toEvent({ root }: Watch, { event, file, from }: Change): PolledEvent {
  const path = join(root, toPath(file.folder, file.name));
  const { size, mtime } = file.seen ?? file.told ?? { size: 0, mtime: 0 };
  const context = {
    ...{ path, name: basename(path), event, size, modifiedAt: new Date(mtime).toISOString() },
    ...(from ? { from: join(root, toPath(from.folder, from.name)) } : {}),
  };
  return { context, event };
}
