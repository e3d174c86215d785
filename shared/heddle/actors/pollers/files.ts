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
import { findFilesDoubts, parseFilesOptions } from './files/options.ts';
import { type Change, compareNames, keep, settle } from './files/settle.ts';
import { isOf, Snapshot } from './files/snapshot.ts';
import { toPath, type Walked, walk } from './files/walk.ts';
import { toWatch, toWatchOfFile, type Watch } from './files/watch.ts';

/** Bounds one poll; further changes follow with the next. */
const LIMIT = { events: 10_000, chars: 10_000_000 };

/**
 * `files`: reports changes of the files in a folder. Every poll compares the folder with a snapshot
 * that is kept with the trigger, so changes made while nothing runs are reported afterwards.
 * Invariants:
 *
 * 1. A file is reported once for each content that has stayed unchanged for `debounceSeconds` (2),
 *    and once when it is gone for that long. Size, `mtime` and `ctime` tell one content from another. A file that comes and goes within that time is not
 *    reported; one that changes meanwhile waits again.
 * 2. Files that cannot be read are not reported: a folder that is missing or refuses access, or a
 *    share that is not mounted, never makes files deleted.
 * 3. Only changes that were reported count as reported: the changes that exceed one poll wait.
 *
 * Options: `path`: a folder, a file, or a glob (`*`, `**`, `?`, `[a-z]`, `{csv,tsv}`), case-sensitive;
 * `events` (created, modified): any of created, modified, deleted, moved; `recursive` (true):
 * `/data/*.csv` also matches in the folders below; `debounceSeconds`; `ignorePatterns`: globs as in
 * a .gitignore; `initial` (ignore): files found by the first poll are known, or reported as
 * `created`; `followLinks` (false); `changeTime` (true): false where tools change modes or owners of
 * files over and over, which `ctime` cannot tell from another content.
 *
 * Hidden files match only where the glob has the dot; symbolic links are passed over, and said, or
 * followed, also where their target is swapped. A file that is replaced is modified. Without `moved` in `events`, or on a file system without stable inodes,
 * a moved file is deleted at one path and created at the other.
 *
 * Each event has `path` (as the disk writes it), `name` (in NFC), `event`, `size`, `modifiedAt`, and `from` if it was moved. Each
 * change is reported once, so no run of it may be skipped in favour of another: where the runs of
 * one file must not overlap, let them wait with `maxConcurrent: 1` and
 * `concurrencyKey: '{{ event.path }}'`.
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
    static readonly findDoubts = findFilesDoubts;
    override readonly name = 'files';
    override readonly pollInterval = '5s';

    override poll(context: PollContext): Promise<PollResult> {
      return pollFiles(context, disk);
    }
  };
}

export const FilesPoller = createFilesPoller();

async function pollFiles(context: PollContext, disk: Disk): Promise<PollResult> {
  const { events, debounceSeconds, initial, changeTime, ...rest } = parseFilesOptions(
    context.options,
  );
  const watch = await toPresentWatch(toWatch(rest), { disk, state: context.state });
  const snapshot = await Snapshot.open(context.state, watch);
  const now = context.clock.now();
  const isAdopting = snapshot.isNew && initial === 'ignore';
  const device = await readDevice(disk, watch.root);
  const isRemounted = snapshot.device !== device;
  const comparison = new Comparison({ snapshot, now, isAdopting, changeTime, isRemounted });
  const walked = await walk({
    ...{ watch, disk, signal: context.signal },
    visit: (folder) => comparison.visit(folder),
  });
  await checkMount(disk, watch, { before: snapshot.device, device });
  comparison.end(walked.unread);
  const differing = comparison.differing.toSorted(compareNames);
  const { reported, known, waiting } = settle(differing, {
    ...{ events, now, debounceMs: debounceSeconds * 1000, limit: LIMIT },
    measure: (change) => JSON.stringify(toEvent(watch, change)).length,
  });
  keep(snapshot, known);
  const kept = [...waiting, ...comparison.held].sort(compareNames);
  const state = await snapshot.pack(kept, device);
  return fireEach(
    reported.map((change) => toEvent(watch, change)),
    { ...toKeeping(state), ...toProblem(watch, walked) },
  );
}

interface Present {
  readonly disk: Disk;
  readonly state: Json | undefined;
}

/** A path without wildcards is that of a folder, unless a file is there, or was there before. */
async function toPresentWatch(watch: Watch, { disk, state }: Present): Promise<Watch> {
  if (!watch.isPlain) return watch;
  const found = await disk.stat(watch.root, true);
  if (found === 'folder') return watch;
  const ofFile = toWatchOfFile(watch);
  return found === undefined && !isOf(state, ofFile) ? watch : ofFile;
}

async function readDevice(disk: Disk, root: string): Promise<string> {
  try {
    return await disk.device(root);
  } catch (cause) {
    const hint = 'expected a folder, a file, or a glob below a folder: nothing was read';
    throw new Error(`${root}: ${toCode(cause)}, ${hint}`, { cause });
  }
}

interface Mount {
  /** Device of the snapshot. */
  readonly before: string | undefined;
  readonly device: string;
}

/** Detects an unmounted share: its mount point is then still there, as an empty folder. */
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

function toProblem(watch: Watch, { unread, links }: Walked): { readonly problem?: string } {
  const problems = [...toUnreadProblem(watch, unread), ...toLinkProblem(watch, links)];
  return problems.length === 0 ? {} : { problem: problems.join('. ') };
}

function toUnreadProblem(watch: Watch, unread: Walked['unread']): readonly string[] {
  const [first] = unread;
  if (first === undefined) return [];
  const what = unread.size === 1 ? 'One folder or file' : `${unread.size} folders or files`;
  const example = `${join(watch.root, first[0])} (${first[1]})`;
  return [`${what} could not be read, such as ${example}: what is known of them stays known`];
}

function toLinkProblem(watch: Watch, [first, ...others]: Walked['links']): readonly string[] {
  if (first === undefined) return [];
  const one = join(watch.root, first);
  if (watch.followLinks) return [`${one} leads back to a folder above it: it is passed over`];
  const what = others.length === 0 ? 'One link was' : `${others.length + 1} links were`;
  return [
    `${what} passed over, such as ${one}: say followLinks: true to follow links, or name them in ignorePatterns`,
  ];
}

function toEvent({ root }: Watch, { event, file, from }: Change): PolledEvent {
  const path = join(root, file.path ?? toPath(file.folder, file.name));
  const { size, mtime } = file.seen ?? file.reported ?? { size: 0, mtime: 0 };
  const context = {
    ...{ path, name: basename(file.name), event, size, modifiedAt: new Date(mtime).toISOString() },
    ...(from ? { from: join(root, toPath(from.folder, from.name)) } : {}),
  };
  return { context, event, type: `file_${event}` };
}
