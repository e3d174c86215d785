import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** As much of Dockerfiles as this repository's has. https://docs.docker.com/reference/dockerfile/ */

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly args: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

export function parseDockerfile(text: string): Dockerfile {
  const args: Record<string, string> = {};
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of joinLines(text)) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const [first = '', , stage] = rest.split(/\s+/);
    const instructions = stages.at(-1)?.instructions;
    if (name === 'FROM') stages.push({ base: fill(first, args), name: stage, instructions: [] });
    else if (instructions) instructions.push({ name, text: rest });
    else if (name === 'ARG') Object.assign(args, readPairs(rest));
    else throw new Error(`Unexpected before FROM: ${line}`);
  }
  return { args, stages };
}

function joinLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
}

function fill(text: string, args: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
}

export function readPairs(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(
    pairs.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']),
  );
}

export function findTexts({ instructions }: Stage, name: string): readonly string[] {
  return instructions.filter((one) => one.name === name).map(({ text }) => text);
}

/** The words of an ENTRYPOINT or of a check's CMD in exec form, which starts no shell. */
export function readCommand(text: string): readonly string[] {
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

export interface Copied {
  /** The stage that it is copied from; undefined: from the folder that the image is built of. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function readCopy(text: string): Copied {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  return { from, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
}

/** Whether a .dockerignore leaves a path out: the last pattern that matches it or a folder above it. */
export function isIgnored(path: string, ignoreFile: string): boolean {
  const parents = path.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'));
  const patterns = ignoreFile.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return patterns.reduce((ignored, pattern) => {
    const isBack = pattern.startsWith('!');
    const glob = isBack ? pattern.slice(1) : pattern;
    return parents.some((parent) => toPattern(glob).test(parent)) ? !isBack : ignored;
  }, false);
}

/** As in Go's filepath.Match, `*` also matches names that begin with a dot. */
function toPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*)/).map((part) => {
    if (part === '**/') return '(?:.*/)?';
    return part === '*' ? '[^/]*' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`);
}

export interface Replay {
  /** The folder that the image is built of. */
  readonly context: string;
  /** Where the stage's file system is: `/src` is `<root>/src`. */
  readonly root: string;
  /** Answers true where it has done a RUN itself. */
  readonly instead?: (command: string, folder: string) => boolean;
}

/** Does what a stage says in a folder: COPY, RUN and WORKDIR. @returns its last folder */
export function replay(stage: Stage, { context, root, instead }: Replay): string {
  const ignoreFile = readFileSync(join(context, '.dockerignore'), 'utf8');
  let folder = root;
  for (const { name, text } of stage.instructions) {
    if (name === 'WORKDIR') folder = join(root, text);
    mkdirSync(folder, { recursive: true });
    if (name === 'COPY') copy(readCopy(text), { context, root, folder, ignoreFile });
    if (name === 'RUN' && instead?.(text, folder) !== true) run(text, folder);
  }
  return folder;
}

interface CopyPlaces {
  readonly context: string;
  readonly root: string;
  readonly folder: string;
  readonly ignoreFile: string;
}

function copy(copied: Copied, { context, root, folder, ignoreFile }: CopyPlaces): void {
  const { from, sources, target } = copied;
  for (const source of sources) {
    const path = join(from === undefined ? context : root, source);
    const isInto = target.endsWith('/') && !statSync(path).isDirectory();
    const to = join(resolve(folder, target), isInto ? basename(source) : '');
    mkdirSync(dirname(to), { recursive: true });
    const isWanted = (one: string) => !isIgnored(relative(context, one), ignoreFile);
    cpSync(path, to, { recursive: true, filter: from === undefined ? isWanted : () => true });
  }
}

/** On this Node, as the image has no other, and without what vitest and npm have set. */
function run(command: string, cwd: string): void {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|npm_)/.test(name));
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const env = { ...Object.fromEntries(kept), PATH };
  execFileSync('/bin/sh', ['-c', command], { cwd, env, stdio: 'pipe' });
}
