import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { Json } from '../../../domain/json.ts';
import type { Version } from './disk.ts';
import { toPath } from './walk.ts';
import type { Watch } from './watch.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** Three times faster than the default level; the output is a tenth longer. */
const LEVEL = 1;

/** Separators. No name contains them, and no field of a reported file is empty. */
const FIELD = '\0';
const FILE = '/';
const FOLDER = '\0\0';
const RADIX = 36;
const NO_ID = '-';
/** Begins the time from `mtime` to `ctime`, which is short, after the id. */
const CTIME = '+';

const StateSchema = z.object({
  root: z.string(),
  spec: z.string(),
  device: z.string(),
  told: z.string(),
  waiting: z.string(),
  /** Names are in NFC. Absent: they are as an earlier version read them from the disk. */
  nfc: z.literal(true).optional(),
});

/** A file that differs from its last report and is not reported yet. */
export interface Waiting {
  readonly folder: string;
  readonly name: string;
  /** The version last reported; absent: there was no file. */
  readonly reported?: Version | undefined;
  /** The version found now; absent: there is no file. */
  readonly seen?: Version | undefined;
  /** Time since which the file is as `seen`, Unix milliseconds. */
  readonly since: number;
  /** Where it was seen below the root, as the disk writes it; not stored. */
  readonly path?: string | undefined;
}

/**
 * The reported version of each file. Folders and files stay text until they are visited, so that
 * few of a hundred thousand files are objects at a time.
 */
export class Snapshot {
  /** True when nothing was known before, or only under other patterns. */
  readonly isNew: boolean;
  /** Device of the root when the snapshot was taken. */
  readonly device: string | undefined;
  #isChanged = false;
  readonly #watch: Watch;
  readonly #folders = new Map<string, string>();
  readonly #waiting = new Map<string, Map<string, Waiting>>();
  readonly #waitingText: string;

  private constructor(watch: Watch, given?: z.infer<typeof StateSchema>) {
    this.#watch = watch;
    this.isNew = given?.spec !== watch.spec;
    this.device = given?.device;
    this.#waitingText = given?.waiting ?? '';
    for (const text of split(given?.told, FOLDER)) {
      this.#folders.set(text.slice(1, text.indexOf(FIELD)), text);
    }
    for (const waiting of toAllWaiting(this.#waitingText)) {
      const { folder, name } = waiting;
      const names = this.#waiting.get(folder) ?? new Map<string, Waiting>();
      this.#waiting.set(folder, names.set(name, waiting));
    }
    if (this.isNew) this.#fit();
  }

  /** A state of another root counts as none. */
  static async open(state: Json | undefined, watch: Watch): Promise<Snapshot> {
    const { data } = StateSchema.safeParse(state);
    if (data?.root !== watch.root) return new Snapshot(watch);
    const texts = await Promise.all([unpack(data.told), unpack(data.waiting)]);
    const [told, waiting] = data.nfc ? texts : texts.map((text) => text.normalize('NFC'));
    return new Snapshot(watch, { ...data, told: told ?? '', waiting: waiting ?? '' });
  }

  folders(): Iterable<string> {
    return new Set([...this.#folders.keys(), ...this.#waiting.keys()]);
  }

  /** Reported files by name, to be read with {@link readVersion}. The caller owns the map. */
  reported(folder: string): Map<string, string> {
    const text = this.#folders.get(folder) ?? '';
    const files = new Map<string, string>();
    for (const file of split(text.slice(text.indexOf(FIELD) + 1), FILE)) {
      const end = file.indexOf(FIELD);
      files.set(file.slice(0, end), file.slice(end + 1));
    }
    return files;
  }

  waiting(folder: string): ReadonlyMap<string, Waiting> {
    return this.#waiting.get(folder) ?? new Map();
  }

  /** @param isWorthWriting false: stored only together with another change */
  put(folder: string, files: ReadonlyMap<string, string>, isWorthWriting = true): void {
    if (files.size === 0) this.#folders.delete(folder);
    else this.#folders.set(folder, toText(folder, files));
    this.#isChanged ||= isWorthWriting;
  }

  /** @returns undefined when nothing has changed */
  async pack(waiting: readonly Waiting[], device: string): Promise<Json | undefined> {
    const text = waiting.map(toWaitingText).join(FIELD);
    const isSame = !this.isNew && !this.#isChanged && device === this.device;
    if (isSame && text === this.#waitingText) return undefined;
    const { root, spec } = this.#watch;
    const told = await pack([...this.#folders.values()].join(FOLDER));
    return { root, spec, device, told, waiting: await pack(text), nfc: true };
  }

  /** Keeps what other patterns have found as far as the present ones match it too. */
  #fit(): void {
    const { pattern, isIgnored } = this.#watch;
    const isOut = (folder: string, name: string) => {
      const names = toPath(folder, name).split('/');
      const isBelowIgnored = names.some((_, end) => isIgnored(names.slice(0, end + 1).join('/')));
      return isBelowIgnored || !pattern.matches(names.join('/'));
    };
    for (const folder of [...this.#folders.keys()]) {
      const files = this.reported(folder);
      for (const name of files.keys()) if (isOut(folder, name)) files.delete(name);
      this.put(folder, files);
    }
    for (const [folder, names] of this.#waiting) {
      for (const name of names.keys()) if (isOut(folder, name)) names.delete(name);
    }
  }
}

/** Whether a stored state is that of this watch. */
export function isOf(state: Json | undefined, { root, spec }: Watch): boolean {
  const { data } = StateSchema.safeParse(state);
  return data?.root === root && data.spec === spec;
}

function split(text: string | undefined, separator: string): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(separator);
}

function toText(folder: string, files: ReadonlyMap<string, string>): string {
  const texts: string[] = [];
  for (const [name, version] of files) texts.push(name + FIELD + version);
  return `/${folder}${FIELD}${texts.join(FILE)}`;
}

export function writeVersion(version: Version): string {
  return toFields(version).join(FIELD);
}

export function readVersion(text: string): Version | undefined {
  const [size, mtime, id] = text.split(FIELD);
  return toVersion(size, mtime, id);
}

function toFields(version: Version | undefined): readonly string[] {
  if (version === undefined) return ['', '', ''];
  const { size, mtime, ctime, id } = version;
  const later = ctime === undefined ? '' : CTIME + (ctime - mtime).toString(RADIX);
  return [size.toString(RADIX), mtime.toString(RADIX), (id || NO_ID) + later];
}

function toVersion(size = '', time = '', about = ''): Version | undefined {
  if (size === '') return undefined;
  const [id = '', later] = about.split(CTIME);
  const mtime = Number.parseInt(time, RADIX);
  const ctime = later === undefined ? undefined : mtime + Number.parseInt(later, RADIX);
  return { size: Number.parseInt(size, RADIX), mtime, ctime, id: id === NO_ID ? '' : id };
}

function toWaitingText({ folder, name, reported, seen, since }: Waiting): string {
  const fields = [folder, name, ...toFields(reported), ...toFields(seen), since.toString(RADIX)];
  return fields.join(FIELD);
}

function* toAllWaiting(text: string): Iterable<Waiting> {
  const fields = split(text, FIELD);
  for (let at = 0; at < fields.length; at += 9) {
    const [folder = '', name = '', ...rest] = fields.slice(at, at + 9);
    const reported = toVersion(rest[0], rest[1], rest[2]);
    const seen = toVersion(rest[3], rest[4], rest[5]);
    yield { folder, name, reported, seen, since: Number.parseInt(rest[6] ?? '', RADIX) };
  }
}

async function pack(text: string): Promise<string> {
  return text === '' ? '' : (await compress(text, { level: LEVEL })).toString('base64');
}

async function unpack(packed: string): Promise<string> {
  return packed === '' ? '' : (await decompress(Buffer.from(packed, 'base64'))).toString();
}
