import type { Fault, FileLines, ReadYaml } from '../../domain/fault.ts';
import { isJsonObject } from '../../domain/json.ts';

/** One of the files that make up the definitions. */
export interface ReadFile {
  readonly name: string;
  readonly read: ReadYaml;
  /** How many lines it has. */
  readonly lines: number;
}

type Sound = Extract<ReadYaml, { readonly value: unknown }>;
interface SoundFile extends ReadFile {
  readonly read: Sound;
  /** How many lines the files before it have. */
  readonly before: number;
}

/**
 * Joins files to one, as if they were written one after the other: lists of a part are joined, and
 * maps of a part. A line counts those of the files before: `toOwnLine` takes it back.
 */
export function mergeFiles(files: readonly ReadFile[]): ReadYaml {
  const [first, ...more] = files;
  if (!first) return { faults: [] };
  if (more.length === 0) return first.read;
  const faults = files.flatMap(({ name, read }) =>
    'faults' in read ? read.faults.map((fault) => ({ file: name, ...fault })) : [],
  );
  if (faults.length > 0) return { faults };
  const joined = new JoinedFiles(toSound(files));
  return joined.faults.length > 0 ? { faults: joined.faults } : joined.toRead();
}

function toSound(files: readonly ReadFile[]): readonly SoundFile[] {
  let before = 0;
  return files.map((file) => {
    const sound = { ...file, read: file.read as Sound, before };
    before += file.lines;
    return sound;
  });
}

/** The line in its own file, and that file; as it is where there is one file only. */
export function toOwnLine<T extends Fault>(fault: T, files: readonly FileLines[] = []): T {
  if (fault.line === Number.MAX_SAFE_INTEGER) return fault;
  const file = files.findLast(({ before }) => before < fault.line);
  return file ? { ...fault, file: file.name, line: fault.line - file.before } : fault;
}

/** The items, or fields, of a part that a file has, and the place of the first in the joined part. */
interface Share {
  readonly file: SoundFile;
  readonly start: number;
}

class JoinedFiles {
  readonly faults: Fault[] = [];
  readonly #value: Record<string, unknown> = {};
  readonly #shares = new Map<string, Share[]>();
  readonly #files: readonly SoundFile[];

  constructor(files: readonly SoundFile[]) {
    this.#files = files;
    for (const file of files) this.#addFile(file, file.read.value ?? {});
  }

  toRead(): ReadYaml {
    const shift = (pick: 'unquoted' | 'warnings') =>
      this.#files.flatMap(({ read, before }) =>
        (read[pick] ?? []).map((fault) => ({ ...fault, line: fault.line + before })),
      );
    return {
      value: this.#value,
      locate: (path) => this.#locate(path),
      unquoted: shift('unquoted'),
      warnings: shift('warnings'),
      files: this.#files.map(({ name, before }) => ({ name, before })),
    };
  }

  #addFile(file: SoundFile, value: unknown): void {
    if (!isJsonObject(value)) {
      this.#addFault(file, [], 'expected triggers: with the list under it');
      return;
    }
    for (const [part, own] of Object.entries(value)) this.#addPart(file, part, own);
  }

  #addPart(file: SoundFile, part: string, own: unknown): void {
    const joined = this.#value[part] ?? undefined;
    const shares = this.#shares.get(part) ?? [];
    this.#shares.set(part, shares);
    const isFirst = joined === undefined;
    if (own === null && !isFirst) return;
    if (isFirst) define(this.#value, part, Array.isArray(own) ? [...own] : copy(own));
    else if (Array.isArray(joined) && Array.isArray(own)) joined.push(...own);
    else if (isJsonObject(joined) && isJsonObject(own)) this.#addFields(file, part, joined, own);
    else if (!part.startsWith('x-')) this.#addFault(file, [part], this.#toUnlike(part));
    const start = Array.isArray(joined) ? joined.length - toLength(own) : 0;
    shares.push({ file, start });
  }

  #addFields(file: SoundFile, part: string, joined: object, own: object): void {
    for (const [key, value] of Object.entries(own)) {
      if (!Object.hasOwn(joined, key)) define(joined, key, value);
      else if (!part.startsWith('x-')) {
        const other = this.#toPlace([part, key]);
        this.#addFault(file, [part, key], `${part}.${key}: it is in ${other} too: take one out`);
      }
    }
  }

  #toUnlike(part: string): string {
    return `${part}: it is of another form in ${this.#toPlace([part])}: write lists in both, or fields`;
  }

  #toPlace(path: readonly PropertyKey[]): string {
    const fault: Fault = { line: this.#locate(path), message: '' };
    const { file, line } = toOwnLine(fault, this.#files);
    return `${file}:${line}`;
  }

  #addFault({ name, read }: SoundFile, path: readonly PropertyKey[], message: string): void {
    this.faults.push({ file: name, line: read.locate(path), message });
  }

  #locate([part, key, ...rest]: readonly PropertyKey[]): number {
    const shares = this.#shares.get(String(part)) ?? [];
    const { file, start } = findShare(shares, String(part), key) ?? {
      file: this.#files[0],
      start: 0,
    };
    if (!file) return 1;
    const at = typeof key === 'number' ? key - start : key;
    const path = [part, at, ...rest].filter((one) => one !== undefined);
    return file.before + file.read.locate(path);
  }
}

function findShare(
  shares: readonly Share[],
  part: string,
  key: PropertyKey | undefined,
): Share | undefined {
  if (typeof key === 'number') return shares.findLast(({ start }) => start <= key) ?? shares[0];
  if (key === undefined) return shares[0];
  const owner = shares.find(({ file: { read } }) => {
    const own = (read.value as Readonly<Record<string, unknown>>)[part];
    return isJsonObject(own) && Object.hasOwn(own, key);
  });
  return owner ?? shares[0];
}

function toLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** What is joined to it later may not change the file's own. */
function copy(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.defineProperties({}, Object.getOwnPropertyDescriptors(value));
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    ...{ value, enumerable: true, writable: true, configurable: true },
  });
}
