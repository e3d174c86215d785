import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { Json } from '../../../domain/json.ts';
import type { Version } from './disk.ts';
import { toPath } from './walk.ts';
import type { Watch } from './watch.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** Three times faster than by default and a tenth longer. */
const LEVEL = 1;

/** No name has these in it, and no field of a file is empty. */
const FIELD = '\0';
const FILE = '/';
const FOLDER = '\0\0';
const RADIX = 36;
const NO_ID = '-';

const StateSchema = z.object({
  root: z.string(),
  spec: z.string(),
  device: z.string(),
  told: z.string(),
  waiting: z.string(),
});

/** A file that is not what it was when it was last told of. */
export interface Waiting {
  readonly folder: string;
  readonly name: string;
  /** As it was when it was last told of; absent: it was not there. */
  readonly told?: Version | undefined;
  /** As it is now; absent: it is not there. */
  readonly seen?: Version | undefined;
  /** Since when, Unix milliseconds: how long it has been as it is. */
  readonly since: number;
}

/**
 * What was told of each file. A folder is a text until it is looked into, and a file in it until it
 * is met: of a hundred thousand files few are objects at a time.
 */
export class Snapshot {
  /** Nothing was known before, or by other patterns. */
  readonly isNew: boolean;
  /** Of the root, when the snapshot was taken. */
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

  /** A state that is none of this root is as good as none. */
  static async open(state: Json | undefined, watch: Watch): Promise<Snapshot> {
    const { data } = StateSchema.safeParse(state);
    if (data?.root !== watch.root) return new Snapshot(watch);
    const [told, waiting] = await Promise.all([unpack(data.told), unpack(data.waiting)]);
    return new Snapshot(watch, { ...data, told, waiting });
  }

  folders(): Iterable<string> {
    return new Set([...this.#folders.keys(), ...this.#waiting.keys()]);
  }

  /** By name, for {@link readVersion}; the caller's own. */
  told(folder: string): Map<string, string> {
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

  /** @param isWorthWriting false: it is kept when something else is */
  put(folder: string, files: ReadonlyMap<string, string>, isWorthWriting = true): void {
    if (files.size === 0) this.#folders.delete(folder);
    else this.#folders.set(folder, toText(folder, files));
    this.#isChanged ||= isWorthWriting;
  }

  /** @returns undefined where it is what it was */
  async pack(waiting: readonly Waiting[], device: string): Promise<Json | undefined> {
    const text = waiting.map(toWaitingText).join(FIELD);
    const isSame = !this.isNew && !this.#isChanged && device === this.device;
    if (isSame && text === this.#waitingText) return undefined;
    const { root, spec } = this.#watch;
    const told = await pack([...this.#folders.values()].join(FOLDER));
    return { root, spec, device, told, waiting: await pack(text) };
  }

  /** What other patterns have found is known, as far as these find it too. */
  #fit(): void {
    const { pattern, isIgnored } = this.#watch;
    const isOut = (folder: string, name: string) => {
      const names = toPath(folder, name).split('/');
      const isBelowIgnored = names.some((_, end) => isIgnored(names.slice(0, end + 1).join('/')));
      return isBelowIgnored || !pattern.matches(names.join('/'));
    };
    for (const folder of [...this.#folders.keys()]) {
      const files = this.told(folder);
      for (const name of files.keys()) if (isOut(folder, name)) files.delete(name);
      this.put(folder, files);
    }
    for (const [folder, names] of this.#waiting) {
      for (const name of names.keys()) if (isOut(folder, name)) names.delete(name);
    }
  }
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
  return [version.size.toString(RADIX), version.mtime.toString(RADIX), version.id || NO_ID];
}

function toVersion(size = '', mtime = '', id = ''): Version | undefined {
  if (size === '') return undefined;
  return {
    size: Number.parseInt(size, RADIX),
    mtime: Number.parseInt(mtime, RADIX),
    id: id === NO_ID ? '' : id,
  };
}

function toWaitingText({ folder, name, told, seen, since }: Waiting): string {
  const fields = [folder, name, ...toFields(told), ...toFields(seen), since.toString(RADIX)];
  return fields.join(FIELD);
}

function* toAllWaiting(text: string): Iterable<Waiting> {
  const fields = split(text, FIELD);
  for (let at = 0; at < fields.length; at += 9) {
    const [folder = '', name = '', ...rest] = fields.slice(at, at + 9);
    const told = toVersion(rest[0], rest[1], rest[2]);
    const seen = toVersion(rest[3], rest[4], rest[5]);
    yield { folder, name, told, seen, since: Number.parseInt(rest[6] ?? '', RADIX) };
  }
}

async function pack(text: string): Promise<string> {
  return text === '' ? '' : (await compress(text, { level: LEVEL })).toString('base64');
}

async function unpack(packed: string): Promise<string> {
  return packed === '' ? '' : (await decompress(Buffer.from(packed, 'base64'))).toString();
}
