import type { Version } from './disk.ts';
import type { FileEvent } from './options.ts';
import { type Snapshot, type Waiting, writeVersion } from './snapshot.ts';
import { toPath } from './walk.ts';

export interface Change {
  readonly event: FileEvent;
  readonly file: Waiting;
  /** Former path of a file that was moved. */
  readonly from?: Waiting | undefined;
}

interface SettleOptions {
  readonly events: readonly FileEvent[];
  /** Unix milliseconds. */
  readonly now: number;
  readonly debounceMs: number;
  /** Bounds the reported changes; the others wait. */
  readonly limit: { readonly events: number; readonly chars: number };
  /** Size of a change in characters. */
  measure(change: Change): number;
}

export interface Settled {
  /** Changes to report, oldest first. */
  readonly reported: readonly Change[];
  /** Changes that are known from now on: reported, or of a kind that was not asked for. */
  readonly known: readonly Change[];
  readonly waiting: readonly Waiting[];
}

/** Selects the changes that have lasted for `debounceMs`. */
export function settle(differing: readonly Waiting[], options: SettleOptions): Settled {
  const { events, now, debounceMs } = options;
  const changes = toChanges(differing, events.includes('moved'));
  const due = changes.filter(({ file }) => now - file.since >= debounceMs);
  const asked = due.filter(({ event }) => events.includes(event));
  const reported = take(asked.toSorted(byTime), options);
  const known = [...reported, ...due.filter(({ event }) => !events.includes(event))];
  const done = new Set(known.flatMap(({ file, from }) => [file, from]));
  return { reported, known, waiting: differing.filter((one) => !done.has(one)) };
}

/** Takes at least one change, so that polls make progress. */
function take(changes: readonly Change[], { limit, measure }: SettleOptions): readonly Change[] {
  let chars = 0;
  const end = changes.findIndex((change, index) => {
    chars += measure(change);
    return index >= limit.events || (index > 0 && chars > limit.chars);
  });
  return end < 0 ? changes : changes.slice(0, end);
}

/** A file gone from one path and new at another is one move, due when the new path is due. */
function toChanges(differing: readonly Waiting[], isAskedForMoves: boolean): readonly Change[] {
  const gone = new Map<string, Waiting[]>();
  for (const file of isAskedForMoves ? differing : []) {
    const key = toIdentity(file.reported);
    if (file.seen === undefined && key) gone.set(key, [...(gone.get(key) ?? []), file]);
  }
  const moved = new Set<Waiting>();
  const arrived = differing.flatMap((file): readonly Change[] => {
    if (file.reported !== undefined) return [];
    const from = gone.get(toIdentity(file.seen))?.shift();
    if (from) moved.add(from);
    return [{ event: from ? 'moved' : 'created', file, from }];
  });
  const others = differing.flatMap((file): readonly Change[] => {
    if (file.reported === undefined || moved.has(file)) return [];
    return [{ event: file.seen === undefined ? 'deleted' : 'modified', file }];
  });
  return [...arrived, ...others];
}

/** Size and time are compared too: the inode of a deleted file is reused for the next one. */
function toIdentity(version: Version | undefined): string {
  return version?.id ? `${version.id} ${version.size} ${version.mtime}` : '';
}

function byTime(one: Change, other: Change): number {
  const difference = toTime(one.file) - toTime(other.file);
  return difference === 0 ? compareNames(one.file, other.file) : difference;
}

function toTime({ seen, since }: Waiting): number {
  return seen?.mtime ?? since;
}

/** Compares by code units, so the order is the same on every machine. */
export function compareNames(one: Waiting, other: Waiting): number {
  const [a, b] = [toPath(one.folder, one.name), toPath(other.folder, other.name)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Records the changes in the snapshot as known. */
export function keep(snapshot: Snapshot, known: readonly Change[]): void {
  const folders = new Map<string, Map<string, string>>();
  const put = ({ folder, name }: Waiting, version: Version | undefined) => {
    const files = folders.get(folder) ?? snapshot.reported(folder);
    folders.set(folder, files);
    if (version) files.set(name, writeVersion(version));
    else files.delete(name);
  };
  for (const { file, from } of known) {
    if (from) put(from, undefined);
    put(file, file.seen);
  }
  for (const [folder, files] of folders) snapshot.put(folder, files);
}
