import { isUtf8 } from 'node:buffer';
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Fault, ReadYaml } from '../domain/fault.ts';
import { isJsonObject } from '../domain/json.ts';
import { mergeFiles, type ReadFile } from '../triggers/definitions/index.ts';

/** What the definitions are read from. */
export interface ReadFiles {
  readonly read: ReadYaml;
  /** Files, and patterns of files, whose change may change what is read. */
  readonly watched: readonly string[];
  readonly texts: readonly { readonly name: string; readonly text: string }[];
}

/** A chain of files that include each other is hardly longer, unless by mistake. */
const MAX_CHAIN = 10;
const MAX_FILES = 500;
const IN_FOLDER = '*.{json,yaml,yml}';
const MISSING = 'the file cannot be read: create it, or name another with HEDDLE_TRIGGERS_FILE';

/**
 * Reads a triggers file with those that it includes, or the files of a folder.
 * @param readYaml given, since its parser is loaded only where there is a file
 */
export function readFiles(path: string, readYaml: (text: string) => ReadYaml): ReadFiles {
  const reader = new FileReader(readYaml);
  if (isFolder(path)) reader.readFolder(path);
  else reader.readFile(path, []);
  return { read: mergeFiles(reader.files), watched: reader.watched, texts: reader.texts };
}

class FileReader {
  readonly files: ReadFile[] = [];
  readonly texts: { name: string; text: string }[] = [];
  readonly watched: string[] = [];
  readonly #readYaml: (text: string) => ReadYaml;
  readonly #known = new Set<string>();

  constructor(readYaml: (text: string) => ReadYaml) {
    this.#readYaml = readYaml;
  }

  readFolder(folder: string): void {
    const pattern = join(folder, IN_FOLDER);
    this.watched.push(pattern);
    const paths = listFiles(folder, IN_FOLDER);
    const message = 'the folder has no file that ends in .yaml, .yml or .json';
    if (paths.length === 0) this.#add(folder, { faults: [{ line: 1, message }] }, '');
    for (const path of paths) this.readFile(path, []);
  }

  /** @param chain the files that lead to it */
  readFile(path: string, chain: readonly string[]): void {
    this.#known.add(resolve(path));
    this.watched.push(path);
    const bytes = readBytes(path);
    if (!bytes) {
      this.#add(path, { faults: [{ line: 1, message: MISSING }] }, '');
      return;
    }
    const text = bytes.toString('utf8');
    this.texts.push({ name: path, text });
    const checked = withEmptiness(withEncoding(this.#readYaml(text), bytes));
    const { read, entries, faults } = takeInclude(checked);
    const index = this.files.length;
    this.#add(path, read, text);
    const found = entries.flatMap((entry) => this.#include(entry, path, [...chain, path]));
    const wrong = [...faults, ...found];
    if (wrong.length > 0) this.files[index] = { name: path, read: { faults: wrong }, lines: 1 };
  }

  #add(name: string, read: ReadYaml, text: string): void {
    // A file without a break at its end and the next one share no line.
    this.files.push({ name, read, lines: text.split('\n').length });
  }

  #include({ text, line }: Entry, from: string, chain: readonly string[]): readonly Fault[] {
    const toFault = (message: string) => [{ line, message: `include: ${message}` }];
    if (chain.length > MAX_CHAIN) return toFault(`more than ${MAX_CHAIN} files include each other`);
    const isPattern = /[*?[{]/.test(text);
    const path = join(dirname(from), text);
    const paths = this.#find(path, isPattern);
    if (paths.length === 0) return toFault(`"${text}" leads to no file, looked for as ${path}`);
    const circle = chain.find((one) => paths.some((found) => resolve(found) === resolve(one)));
    if (circle !== undefined && !isPattern) {
      return toFault(`"${text}" leads back to ${circle}, which includes this file`);
    }
    for (const one of paths.filter((found) => !this.#known.has(resolve(found)))) {
      if (this.files.length >= MAX_FILES) return toFault(`expected at most ${MAX_FILES} files`);
      this.readFile(one, chain);
    }
    return [];
  }

  #find(path: string, isPattern: boolean): readonly string[] {
    if (isPattern) {
      this.watched.push(path);
      return listFiles('.', path);
    }
    if (!isFolder(path)) {
      if (readBytes(path)) return [path];
      // It may come.
      this.watched.push(path);
      return [];
    }
    this.watched.push(join(path, IN_FOLDER));
    return listFiles(path, IN_FOLDER);
  }
}

interface Entry {
  readonly text: string;
  readonly line: number;
}

/** Takes `include` out of what is read: nothing else knows of it. */
function takeInclude(read: ReadYaml): {
  readonly read: ReadYaml;
  readonly entries: readonly Entry[];
  readonly faults: readonly Fault[];
} {
  if ('faults' in read || !isJsonObject(read.value) || !('include' in read.value)) {
    return { read, entries: [], faults: [] };
  }
  const { include, ...value } = read.value;
  const given: readonly unknown[] = Array.isArray(include) ? include : [include ?? []].flat();
  const lineOf = (index: number) =>
    read.locate(Array.isArray(include) ? ['include', index] : ['include']);
  const faults = given.flatMap((entry, index) =>
    typeof entry === 'string' && entry !== '' ? [] : [{ line: lineOf(index), message: EXPECTED }],
  );
  const entries = given.map((entry, index) => ({ text: String(entry), line: lineOf(index) }));
  return { read: { ...read, value }, entries: faults.length > 0 ? [] : entries, faults };
}

const EXPECTED = 'include: expected paths of files, such as [more.yaml, "teams/*.yaml"]';

function withEncoding(read: ReadYaml, bytes: Buffer): ReadYaml {
  if ('faults' in read || isUtf8(bytes)) return read;
  const message = 'the file is no UTF-8, so some of its letters are lost: save it as UTF-8';
  return { ...read, warnings: [{ line: 1, message }, ...(read.warnings ?? [])] };
}

/** It may have been emptied by mistake. */
function withEmptiness(read: ReadYaml): ReadYaml {
  if ('faults' in read || read.value !== null) return read;
  const message = 'the file is empty: write "triggers: []" if there is to be none';
  return { ...read, warnings: [{ line: 1, message }, ...(read.warnings ?? [])] };
}

/** In the order of their names, wherever they are looked for. */
function listFiles(folder: string, pattern: string): readonly string[] {
  const names = globSync(pattern, { cwd: folder });
  const paths = names.map((name) => (folder === '.' ? name : join(folder, name)));
  return paths.filter((path) => !isFolder(path)).sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
